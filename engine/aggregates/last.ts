import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateOperator } from './operator.ts';
import { readTimedValue, type TimedValue, writeTimedValue } from './timed-value.ts';

/**
 * The value with the latest event time; of several at that time, the greatest, so that the row depends on nothing but its
 * events. Of nothing: null.
 */
export const lastOperator: AggregateOperator<TimedValue> = {
  create: () => ({ timeMs: Number.NEGATIVE_INFINITY, value: null }),
  add(state, value, timeMs) {
    if (timeMs < state.timeMs) return;
    const stored = storedForm(value);
    if (timeMs === state.timeMs && state.value !== null && compareValues(stored, state.value) <= 0) return;
    state.timeMs = timeMs;
    state.value = stored;
  },
  merge(into, from) {
    if (from.value !== null) lastOperator.add(into, from.value, from.timeMs);
  },
  encode: writeTimedValue,
  decode: (input) => readTimedValue(input, Number.NEGATIVE_INFINITY),
  result: (state) => state.value,
};
