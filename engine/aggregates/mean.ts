import { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';

export interface MeanState {
  count: number;
  readonly sum: ExactSum;
}

/** The arithmetic mean of numbers: the double nearest to exact sum / count. Of nothing: null. */
export const meanOperator: AggregateOperator<MeanState> = {
  create: () => ({ count: 0, sum: new ExactSum() }),
  add(state, value) {
    state.count += 1;
    state.sum.add(value as number);
  },
  merge(into, from) {
    into.count += from.count;
    into.sum.merge(from.sum);
  },
  encode(state, out) {
    out.varint(state.count);
    state.sum.encode(out);
  },
  decode: (input) => ({ count: input.varint(), sum: ExactSum.decode(input) }),
  result: (state) => (state.count === 0 ? null : state.sum.dividedBy(state.count)),
};
