import { writeValue } from '../bytes/value-codec.ts';
import { compareText } from '../text/compare-text.ts';
import { type NumberExtreme, readNumberExtreme, readTextExtreme, type TextExtreme } from './extreme.ts';
import type { AggregateOperator } from './operator.ts';

const NONE = Number.NEGATIVE_INFINITY;

/** The greatest number or the latest instant. Of nothing: null. */
export const maxNumberOperator: AggregateOperator<NumberExtreme> = {
  create: () => ({ value: NONE }),
  add(state, value) {
    // Adding 0 turns -0 into 0: they are equal, and which of them came first must not show.
    if ((value as number) > state.value) state.value = (value as number) + 0;
  },
  merge(into, from) {
    if (from.value > into.value) into.value = from.value;
  },
  encode(state, out) {
    writeValue(out, state.value === NONE ? null : state.value);
  },
  decode: (input) => readNumberExtreme(input, NONE),
  result: (state) => (state.value === NONE ? null : state.value),
};

/** The last text in the order of code points. Of nothing: null. */
export const maxTextOperator: AggregateOperator<TextExtreme> = {
  create: () => ({ value: null }),
  add(state, value) {
    const text = (value as string).toWellFormed();
    if (state.value === null || compareText(text, state.value) > 0) state.value = text;
  },
  merge(into, from) {
    if (from.value === null) return;
    if (into.value === null || compareText(from.value, into.value) > 0) into.value = from.value;
  },
  encode(state, out) {
    writeValue(out, state.value);
  },
  decode: readTextExtreme,
  result: (state) => state.value,
};
