import { NUMERAL_PATTERN, numberOfText } from '../text/numeral.ts';
import { always, type FunctionDescriptor, type FunctionSql, finiteSql } from './descriptor.ts';

/** The double that text is by the one rule of `numberOfText`; null where it is none. */
export const toNumberFunction: FunctionDescriptor = {
  name: 'toNumber',
  takes: ['string'],
  // It was written in decimal digits.
  type: () => ({ kind: 'number', scale: 'any' }),
  canBeNull: always,
  js: () => numberOfText,
  sql: (_, { operands: [value], ...sql }) => numberSql(value as string, sql),
};

/** The same in SQL, whatever the text. */
export function numberSql(value: string, { dialect, text }: Pick<FunctionSql, 'dialect' | 'text'>): string {
  const isNumber =
    dialect === 'DuckDB'
      ? `regexp_full_match(${value}, ${text(NUMERAL_PATTERN)})`
      : `regexp_like(${value}, ${text(`\\A(?:${NUMERAL_PATTERN})\\z`)})`;
  return `CASE WHEN ${isNumber} THEN ${finiteSql(`TRY_CAST(${value} AS DOUBLE)`, dialect)} END`;
}
