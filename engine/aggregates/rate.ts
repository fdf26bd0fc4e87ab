import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Num } from '../dsl/types.ts';
import { type CountState, countOperator } from './count.ts';
import type { DecimalSum } from './decimal-sum.ts';
import { addedUp, type DecimalSpec, decimalOf, decimalSumOperator, withScale } from './decimals.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import type { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';
import { sumInSql, sumOperator } from './sum.ts';

export interface RateSpec extends DecimalSpec {
  readonly kind: 'rate';
}

/**
 * Events a second over the window's length, or where an expression is given, its sum a second. A session is as long as its
 * row says, from `window_start` to `window_end`. Of nothing: 0.
 */
export function rate(of?: Num): Aggregate<number> {
  const { of: added, scale } = addedUp(of, 'rate(…)');
  return aggregateColumn(rateAggregate, withScale({ kind: 'rate' }, scale), added);
}

export const rateAggregate: AggregateDescriptor<RateSpec> = {
  kind: 'rate',
  takes: NUMBERS,
  takesEvents: true,
  ofNothing: () => 0,
  typeOf: () => NUMBER,
  needsWindowLength: true,
  operator({ scale }, argument) {
    if (argument === null) return eventRateOperator;
    if (scale === undefined) return sumRateOperator;
    return scale === 'any' ? decimalRateOperator : unitRateOperator(scale);
  },
  settings: () => '',
  approximation: () => null,
  sql({ scale }, column) {
    const total = column.ofEvents ? `count(*)${column.filter}` : sumInSql(column, scale);
    return `${total} * 1000e0 / ${column.windowMs}`;
  },
  largest: () => Number.MAX_VALUE,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because:
      'windows without a row would not count: let the view have a sum, and divide it by the time that you ask about',
  },
};

/** Events a second over the window's length. Of nothing: 0. Null where the window has no length. */
export const eventRateOperator: AggregateOperator<CountState> = {
  ...countOperator,
  result: ({ count }, windowMs) => (windowMs === undefined ? null : (count * 1000) / windowMs),
};

/** The exact sum of numbers, divided by the window's length in seconds, rounded once. Null as for events. */
export const sumRateOperator: AggregateOperator<ExactSum> = unitRateOperator(0);

/** The same of decimals in units of their last digit. */
function unitRateOperator(scale: number): AggregateOperator<ExactSum> {
  return {
    ...sumOperator,
    result(state, windowMs) {
      if (windowMs === undefined) return null;
      const { units, exponent } = state.exact();
      return decimalOf({ units: units * 1000n, exponent }, scale, BigInt(windowMs));
    },
  };
}

/** The same of decimals of any scale. */
const decimalRateOperator: AggregateOperator<DecimalSum> = {
  ...decimalSumOperator,
  result: (state, windowMs) => (windowMs === undefined ? null : state.timesAndDividedBy(1000n, BigInt(windowMs))),
};
