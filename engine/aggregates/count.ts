import type { AggregateOperator } from './operator.ts';

export interface CountState {
  count: number;
}

/** How many events (`count()`), or how many values that are not null (`count(x)`): the caller passes over nulls. */
export const countOperator: AggregateOperator<CountState> = {
  create: () => ({ count: 0 }),
  add(state) {
    state.count += 1;
  },
  merge(into, from) {
    into.count += from.count;
  },
  encode(state, out) {
    out.varint(state.count);
  },
  decode: (input) => ({ count: input.varint() }),
  result: (state) => state.count,
};
