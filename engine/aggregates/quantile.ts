import type { AggregateOperator } from './operator.ts';
import { QuantileSketch } from './quantile-sketch.ts';

/**
 * About the least number that a share of `q` of all numbers do not exceed, within `relativeError` of it. Null of nothing,
 * and where the numbers fall into more bins than a sketch has.
 */
export function quantileOperator(q: number, relativeError: number): AggregateOperator<QuantileSketch> {
  const bits = QuantileSketch.bitsFor(relativeError);
  return {
    create: () => new QuantileSketch(bits),
    add(state, value) {
      state.add(value as number);
    },
    merge(into, from) {
      into.merge(from);
    },
    encode(state, out) {
      state.encode(out);
    },
    decode: (input) => QuantileSketch.decode(input, bits),
    result: (state) => state.quantile(q),
  };
}
