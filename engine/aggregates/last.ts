import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import type { Expr } from '../dsl/types.ts';
import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { readTimedValue, type TimedValue, timedInSql, writeTimedValue } from './timed-value.ts';

export interface LastSpec {
  readonly kind: 'last';
}

/** The value, not null, of the latest event; of several at the same time, the greatest one. Of nothing: null. */
export function last<T>(of: Expr<T>): Aggregate<T, null> {
  return aggregateColumn(lastAggregate, { kind: 'last' }, of);
}

export const lastAggregate: AggregateDescriptor<LastSpec> = {
  kind: 'last',
  takes: SCALARS,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: (_, argument) => argument,
  needsWindowLength: false,
  operator: () => lastOperator,
  settings: () => '',
  approximation: () => null,
  sql: (_, column) => timedInSql('max_by', column),
  largest: (ofArgument) => ofArgument,
  overRows: null,
  overWindows: { how: 'last' },
};

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
