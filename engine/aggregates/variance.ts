import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import { checkSettings, oneOf } from '../dsl/settings.ts';
import type { Num } from '../dsl/types.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import { Moments, type VarianceOf } from './moments.ts';
import type { AggregateOperator } from './operator.ts';

export interface VarianceSpec {
  readonly kind: 'variance';
  readonly of: VarianceOf;
}

export interface VarianceOptions {
  /** Whether the numbers are a sample of all, or all there are: `sample` unless set. */
  readonly of: VarianceOf;
}

/** A sample's variance divides by n − 1 and is null for fewer than two values; a population's divides by n. */
export function variance(of: Num, options?: VarianceOptions): Aggregate<number | null, null> {
  return aggregateColumn(varianceAggregate, { kind: 'variance', of: varianceOf(options, 'variance(…)') }, of);
}

export const varianceAggregate: AggregateDescriptor<VarianceSpec> = {
  kind: 'variance',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => null,
  // A sample needs two values.
  typeOf: ({ of }) => ({ ...NUMBER, nullable: of === 'sample' }),
  needsWindowLength: false,
  operator: ({ of }) => varianceOperator(of),
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

const FUNCTION: Readonly<Record<VarianceOf, string>> = { sample: 'var_samp', population: 'var_pop' };

/** Checks the settings of a variance or a standard deviation: of a sample unless they say otherwise. */
export function varianceOf(options: VarianceOptions = { of: 'sample' }, where: string): VarianceOf {
  checkSettings(options, ['of'], where);
  return oneOf(options.of, ['sample', 'population'], `${where}: of`);
}

/**
 * The variance of numbers, correctly rounded. Null of too few values (a sample needs two, a population one), and where a
 * value lies beyond ±2^500.
 */
export function varianceOperator(of: VarianceOf): AggregateOperator<Moments> {
  return {
    create: () => new Moments(),
    add(state, value) {
      state.add(Number(value));
    },
    merge(into, from) {
      into.merge(from);
    },
    encode(state, out) {
      state.encode(out);
    },
    decode: (input) => Moments.decode(input),
    result: (state) => state.variance(of),
  };
}
