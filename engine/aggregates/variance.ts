import { Moments, type VarianceOf } from './moments.ts';
import type { AggregateOperator } from './operator.ts';

/**
 * The variance of numbers, correctly rounded. Null of too few values (a sample needs two, a population one), and where a
 * value lies beyond ±2^500.
 */
export function varianceOperator(of: VarianceOf): AggregateOperator<Moments> {
  return {
    create: () => new Moments(),
    add(state, value) {
      state.add(value as number);
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
