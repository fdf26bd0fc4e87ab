import * as KINDS from '#kinds/plan';
import type { Group } from '../codec/group.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { LogOperator, LogResult } from '../joins/log-operator.ts';
import type { Accumulate } from './accumulator.ts';
import type { LogEvents } from './log-accumulator.ts';
import type { RowValues } from './row.ts';

/** A join or pattern compiled: how events come into its log, and how rows come out. */
export interface LogPlan<Row extends LogResult = LogResult> {
  readonly operator: LogOperator<unknown, Row>;
  /** Events of one key and side in a pane that it is given, the first ones. */
  readonly maxPerKey: number;
  /** How the events of a stream, or the rows of a view, come into the log: as one side, or as both. */
  accumulatorOf(from: StreamDefinition | ViewDefinition): Accumulate;
  /** What it keeps of events of a stream; null where one event is of both sides. */
  eventsOf(from: StreamDefinition): LogEvents | null;
  /** A row as the views that take it read it; `key` is that of its events. */
  valuesOf(row: Row, key: Group['values']): RowValues;
}

/** Null for a view, whose rows are made of aggregates. */
export function compileLog({ source, buckets, window }: ViewDefinition): LogPlan | null {
  if (source.kind === 'pattern') return KINDS.pattern(source, buckets);
  return source.kind === 'join' && window.kind === 'log' ? KINDS.join(source, buckets, window) : null;
}

/** Stands for a shard in the keys of what a join has of a stream. */
export function streamOrigin({ name }: Pick<StreamDefinition, 'name'>): (shard: string) => string {
  return (shard) => `${name}/${shard}`;
}
