import { MAX_SCALE, unitsOf } from '../ir/decimal.ts';
import { type FunctionDescriptor, ifAny, isWholeFrom, WHOLE } from './descriptor.ts';

/**
 * A decimal as what can be summed without rounding: in JavaScript units of its last digit, in SQL a DECIMAL. It stands in aggregates
 * alone, whose results are decimals again.
 */
export const decimalUnitsFunction: FunctionDescriptor = {
  name: 'decimalUnits',
  isSilent: true,
  takes: ['number'],
  settings: { least: 1, most: 1 },
  checkSettings: ([scale]) => (isWholeFrom(0, MAX_SCALE, scale) ? null : `takes a scale from 0 to ${MAX_SCALE}`),
  type: WHOLE,
  canBeNull: ifAny,
  js:
    ([scale]) =>
    (value: number) =>
      unitsOf(value, scale as number) + 0,
  // 15 digits of a decimal, and more of what late events or sums of others make of it.
  sql: ([scale], { operands: [value] }) => `CAST(${value} AS DECIMAL(28, ${scale}))`,
};
