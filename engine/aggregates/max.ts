import { writeValue } from '../bytes/value-codec.ts';
import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { ORDERED } from '../dsl/column-kind.ts';
import type { Expr } from '../dsl/types.ts';
import type { Whole } from '../ir/whole-number.ts';
import { compareText } from '../text/compare-text.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import { type NumberExtreme, type Ordered, readNumberExtreme, readTextExtreme, type TextExtreme } from './extreme.ts';
import { ExtremeStates } from './extreme-states.ts';
import { MergedExtremes } from './merged-extremes.ts';
import type { AggregateOperator } from './operator.ts';

export interface MaxSpec {
  readonly kind: 'max';
}

/** The greatest number, text (by code point) or instant. Of nothing: null. */
export function max<T extends Ordered>(of: Expr<T>): Aggregate<T, null> {
  return aggregateColumn(maxAggregate, { kind: 'max' }, of);
}

export const maxAggregate: AggregateDescriptor<MaxSpec> = {
  kind: 'max',
  takes: ORDERED,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: (_, argument) => argument,
  needsWindowLength: false,
  operator: (_, argument) => (argument === 'string' ? maxTextOperator : maxNumberOperator),
  settings: () => '',
  approximation: () => null,
  sql: (_, { value, filter }) => `max(${value})${filter}`,
  largest: (ofArgument) => ofArgument,
  overRows: { sql: (_, value, over) => `max(${value}) ${over}` },
  overWindows: { how: 'max' },
};

const NONE = Number.NEGATIVE_INFINITY;

/** The greatest number or the latest instant. Of nothing: null. */
export const maxNumberOperator: AggregateOperator<NumberExtreme> = {
  create: () => ({ value: NONE }),
  add(state, value) {
    const given = value as Whole;
    if (!(given > state.value)) return;
    // Adding 0 turns -0 into 0: they are equal, and which of them came first must not show.
    state.value = typeof given === 'number' ? given + 0 : given;
  },
  merge(into, from) {
    if (from.value > into.value) into.value = from.value;
  },
  encode(state, out) {
    writeValue(out, state.value === NONE ? null : state.value);
  },
  decode: (input) => readNumberExtreme(input, NONE),
  result: (state) => (state.value === NONE ? null : state.value),
  columns: {
    looksAt: 'value',
    create: () => new ExtremeStates(NONE, maxNumberOperator as AggregateOperator),
    createMerged: () => new MergedExtremes(NONE),
    createSlots: () => new MergedExtremes(NONE),
  },
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
