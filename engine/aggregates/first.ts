import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateOperator } from './operator.ts';
import { readTimedValue, type TimedValue, writeTimedValue } from './timed-value.ts';

/**
 * The value with the earliest event time; of several at that time, the least, so that the row depends on nothing but its
 * events. Of nothing: null.
 */
export const firstOperator: AggregateOperator<TimedValue> = {
  create: () => ({ timeMs: Number.POSITIVE_INFINITY, value: null }),
  add(state, value, timeMs) {
    if (timeMs > state.timeMs) return;
    const stored = storedForm(value);
    if (timeMs === state.timeMs && state.value !== null && compareValues(stored, state.value) >= 0) return;
    state.timeMs = timeMs;
    state.value = stored;
  },
  merge(into, from) {
    if (from.value !== null) firstOperator.add(into, from.value, from.timeMs);
  },
  encode: writeTimedValue,
  decode: (input) => readTimedValue(input, Number.POSITIVE_INFINITY),
  result: (state) => state.value,
};
