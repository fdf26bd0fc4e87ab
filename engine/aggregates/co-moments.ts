import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Num } from '../dsl/types.ts';
import { finiteSql } from '../functions/descriptor.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import type { VarianceOf } from './moments.ts';
import type { AggregateOperator } from './operator.ts';
import { PAIRS, pairExpression, pairOf } from './pair.ts';
import { PairMoments } from './pair-moments.ts';
import { type VarianceOptions, varianceOf } from './variance.ts';

export interface CovarianceSpec {
  readonly kind: 'covariance';
  readonly of: VarianceOf;
}

export interface CorrelationSpec {
  readonly kind: 'correlation';
}

export interface RegressionSlopeSpec {
  readonly kind: 'regressionSlope';
}

/** How two numbers vary together, of events that have both. A sample's divides by n − 1 and needs two, a population's by n. */
export function covariance(x: Num, y: Num, options?: VarianceOptions): Aggregate<number | null, null> {
  const where = 'covariance(…)';
  const spec = { kind: 'covariance', of: varianceOf(options, where) } as const;
  return aggregateColumn(covarianceAggregate, spec, pairExpression(where, [x, NUMBERS], [y, NUMBERS]));
}

/** Pearson's correlation of two numbers, from −1 to 1, of events that have both. Null where one of them does not vary. */
export function correlation(x: Num, y: Num): Aggregate<number | null, null> {
  const pair = pairExpression('correlation(…)', [x, NUMBERS], [y, NUMBERS]);
  return aggregateColumn(correlationAggregate, { kind: 'correlation' }, pair);
}

/**
 * How much y rises where x rises by 1, on the line through the events that has the least squares of errors: SQL's `regr_slope(y, x)`.
 * Null where x does not vary.
 */
export function regressionSlope(y: Num, x: Num): Aggregate<number | null, null> {
  const pair = pairExpression('regressionSlope(…)', [x, NUMBERS], [y, NUMBERS]);
  return aggregateColumn(regressionSlopeAggregate, { kind: 'regressionSlope' }, pair);
}

const base = {
  takes: PAIRS,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: () => ({ ...NUMBER, nullable: true }),
  needsWindowLength: false,
  settings: () => '',
  approximation: () => null,
  largest: () => Number.MAX_VALUE,
  overRows: null,
  overWindows: { how: 'refuse', because: 'the spread between the windows is in none of their rows' },
} as const;

const FUNCTION: Readonly<Record<VarianceOf, string>> = { sample: 'covar_samp', population: 'covar_pop' };

export const covarianceAggregate: AggregateDescriptor<CovarianceSpec> = {
  kind: 'covariance',
  ...base,
  settings: ({ of }) => `of a ${of}`,
  operator: ({ of }) => operatorOf((moments) => moments.covariance(of)),
  sql: ({ of }, { operands: [x, y], filter }) => `${FUNCTION[of]}(${y}, ${x})${filter}`,
};

export const correlationAggregate: AggregateDescriptor<CorrelationSpec> = {
  kind: 'correlation',
  ...base,
  operator: () => operatorOf((moments) => moments.correlation()),
  sql: (_, { operands: [x, y], filter, dialect }) => finiteSql(`corr(${y}, ${x})${filter}`, dialect.name),
};

export const regressionSlopeAggregate: AggregateDescriptor<RegressionSlopeSpec> = {
  kind: 'regressionSlope',
  ...base,
  operator: () => operatorOf((moments) => moments.slope()),
  sql: (_, { operands: [x, y], filter, dialect }) => finiteSql(`regr_slope(${y}, ${x})${filter}`, dialect.name),
};

function operatorOf(result: (moments: PairMoments) => number | null): AggregateOperator<PairMoments> {
  return {
    create: () => new PairMoments(),
    add(state, pair) {
      const [x, y] = pairOf(pair);
      state.add(Number(x), Number(y));
    },
    merge: (into, from) => into.merge(from),
    encode: (state, out) => state.encode(out),
    decode: (input) => PairMoments.decode(input),
    result,
  };
}
