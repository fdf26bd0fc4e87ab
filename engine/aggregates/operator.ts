import type { MergeableCodec } from '../bytes/state-codec.ts';
import type { ColumnValue, Value } from '../ir/node.ts';
import type { StateColumns } from './state-column.ts';

/**
 * One kind of aggregate: how a group's state is made, added to, merged, stored and turned into a column.
 *
 * A state is mergeable and independent of order: for any split of the same values into states and any order of merging,
 * `result` is the same to the last bit. Rows must not depend on shards, batches or retries, so this is what every
 * operator's property test checks.
 *
 * `add` passes over null: an aggregate sees only values. Numbers that are not finite never reach it; a whole number
 * beyond 2^53 is a bigint.
 *
 * @example
 * const state = sumOperator.create();
 * sumOperator.add(state, 1.5, 0);
 * sumOperator.merge(state, other);
 * sumOperator.result(state); // 1.5 + …
 */
export interface AggregateOperator<State = unknown> extends MergeableCodec<State> {
  create(): State;
  /** Adds one value that is not null. `timeMs` is the event's time, which only `first` and `last` look at. */
  add(state: State, value: NonNullable<Value>, timeMs: number): void;
  /** `windowMs` is the window's length, which only rates look at; not given where it has none. */
  result(state: State, windowMs?: number): ColumnValue;
  /** The states of many groups in columns; where it is missing, each group has an object. */
  readonly columns?: StateColumns;
}
