import { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';

/**
 * The sum of numbers, exact until it is rounded once. Of nothing: 0. Null where it is beyond the range of doubles
 * (about 1.8e308).
 */
export const sumOperator: AggregateOperator<ExactSum> = {
  create: () => new ExactSum(),
  add(state, value) {
    state.add(value as number);
  },
  merge(into, from) {
    into.merge(from);
  },
  encode(state, out) {
    state.encode(out);
  },
  decode: (input) => ExactSum.decode(input),
  result: (state) => state.value(),
};
