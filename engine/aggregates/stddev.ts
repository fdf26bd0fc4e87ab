import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Num } from '../dsl/types.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import type { Moments, VarianceOf } from './moments.ts';
import type { AggregateOperator } from './operator.ts';
import { type VarianceOptions, varianceOf, varianceOperator } from './variance.ts';

export interface StddevSpec {
  readonly kind: 'stddev';
  readonly of: VarianceOf;
}

/** The square root of `variance`. */
export function stddev(of: Num, options?: VarianceOptions): Aggregate<number | null, null> {
  return aggregateColumn(stddevAggregate, { kind: 'stddev', of: varianceOf(options, 'stddev(…)') }, of);
}

export const stddevAggregate: AggregateDescriptor<StddevSpec> = {
  kind: 'stddev',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => null,
  // A sample needs two values.
  typeOf: ({ of }) => ({ ...NUMBER, nullable: of === 'sample' }),
  needsWindowLength: false,
  operator: ({ of }) => stddevOperator(of),
  settings: ({ of }) => `of a ${of}`,
  approximation: () => null,
  sql: ({ of }, { value, filter }) => `${FUNCTION[of]}(${value})${filter}`,
  largest: () => Number.MAX_VALUE,
  overRows: { sql: ({ of }, value, over) => `${FUNCTION[of]}(${value}) ${over}` },
  overWindows: {
    how: 'refuse',
    because: 'the spread between the windows is in none of their rows',
  },
};

const FUNCTION: Readonly<Record<VarianceOf, string>> = { sample: 'stddev_samp', population: 'stddev_pop' };

/** The standard deviation of numbers: the square root of the variance, and null where that is. */
export function stddevOperator(of: VarianceOf): AggregateOperator<Moments> {
  return {
    ...varianceOperator(of),
    result(state) {
      const variance = state.variance(of);
      return variance === null ? null : Math.sqrt(variance);
    },
  };
}
