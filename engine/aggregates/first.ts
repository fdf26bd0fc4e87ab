import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import type { Expr } from '../dsl/types.ts';
import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { readTimedValue, type TimedValue, timedInSql, writeTimedValue } from './timed-value.ts';

export interface FirstSpec {
  readonly kind: 'first';
}

/** The value, not null, of the earliest event; of several at the same time, the least one. Of nothing: null. */
export function first<T>(of: Expr<T>): Aggregate<T, null> {
  return aggregateColumn(firstAggregate, { kind: 'first' }, of);
}

export const firstAggregate: AggregateDescriptor<FirstSpec> = {
  kind: 'first',
  takes: SCALARS,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: (_, argument) => argument,
  needsWindowLength: false,
  operator: () => firstOperator,
  settings: () => '',
  approximation: () => null,
  sql: (_, column) => timedInSql('min_by', column),
  largest: (ofArgument) => ofArgument,
  overRows: null,
  overWindows: { how: 'first' },
};

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
