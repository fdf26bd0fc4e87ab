import type { RowsInSql } from './row-operator.ts';

export interface SqlFrame {
  /** Between which rows before this one, as SQL. */
  readonly frame: string;
  /** Of fewer values nothing is said. */
  readonly fewest: number;
  /** Of so many a flat line is one. */
  readonly longest: number;
  readonly threshold: number;
}

/** Beyond this, databases refuse a standard deviation, whose squares are infinite. */
const LARGEST = '1e150';

/**
 * What `sigmaVerdict` says of a value and those of a frame before it, but for the score. Databases add up in another order, so
 * bounds differ in their last digits.
 */
export function zScoreSql(
  { frame, fewest, longest, threshold }: SqlFrame,
  { operands: [operand = ''], overRows }: RowsInSql,
): Readonly<Record<string, string>> {
  const value = `CAST(${operand} AS DOUBLE)`;
  const over = (aggregate: string, of: string) => `${aggregate}(${of}) OVER (${overRows} ${frame})`;
  const count = over('count', value);
  const middle = over('avg', value);
  const sigma = over('stddev_samp', `CASE WHEN abs(${value}) < ${LARGEST} THEN ${value} END`);
  const known = `${value} IS NOT NULL AND ${count} >= ${fewest} AND ${over('max', `abs(${value})`)} < ${LARGEST}`;
  const isNothing = (deviation: string) => `${deviation} <= 1e-12 * abs(${middle})`;
  const flat = isNothing(sigma);
  const bound = (sign: '+' | '-') =>
    `CASE WHEN ${known} THEN ${middle} ${sign} CASE WHEN ${flat} THEN 0 ELSE ${threshold} * ${sigma} END END`;
  const offLine = `${count} >= ${longest} AND NOT ${isNothing(`abs(${value} - ${middle})`)}`;
  const isFar = `abs(${value} - ${middle}) / NULLIF(${sigma}, 0) >= ${threshold}`;
  return {
    is_anomaly: `CASE WHEN ${known} THEN CASE WHEN ${flat} THEN ${offLine} ELSE ${isFar} END ELSE FALSE END`,
    expected: `CASE WHEN ${known} THEN ${middle} END`,
    lower: bound('-'),
    upper: bound('+'),
  };
}
