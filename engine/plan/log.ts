import type { Group } from '../codec/group.ts';
import { type JoinSide, type JoinSource, keepsUnmatched } from '../ir/join-definition.ts';
import { eventStreamsOf, upstreamsOf } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { LEFT, RIGHT, type Side } from '../joins/event-log.ts';
import { DEFAULT_MAX_PER_KEY, type LogLimit } from '../joins/limits.ts';
import type { JoinedRow, LogOperator, LogResult } from '../joins/log-operator.ts';
import { nestedFields, recordOf } from '../joins/nested-fields.ts';
import { logOperatorOf } from '../joins/registry.ts';
import type { Accumulate } from './accumulator.ts';
import { bothSides, compileLogAccumulate, type LogEvents } from './log-accumulator.ts';
import { compilePatternLog } from './pattern-log.ts';
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
  if (source.kind === 'pattern') return compilePatternLog(source, buckets);
  if (source.kind !== 'join' || window.kind !== 'log') return null;
  return compileJoinLog(source, buckets, { paneMs: window.paneMs, max: window.maxPerKey ?? DEFAULT_MAX_PER_KEY });
}

function compileJoinLog(
  { left, right, rule }: JoinSource<ViewDefinition>,
  buckets: number,
  limit: LogLimit,
): LogPlan<JoinedRow> {
  const [leftEvents, rightEvents] = [
    eventsOf(left, LEFT, keepsUnmatched(rule, 'left')),
    eventsOf(right, RIGHT, keepsUnmatched(rule, 'right')),
  ];
  const leftAccumulate = compileLogAccumulate(leftEvents, buckets);
  const rightAccumulate = compileLogAccumulate(rightEvents, buckets);
  const [leftFields, rightFields] = [nestedFields(left.columns), nestedFields(right.columns)];
  const rowOf = recordOf([left.name, right.name, 'truncated']);
  return {
    operator: logOperatorOf(rule, limit),
    maxPerKey: limit.max,
    accumulatorOf(from) {
      const [isLeft, isRight] = [comesFrom(left, from), comesFrom(right, from)];
      if (isLeft && isRight) return bothSides(leftAccumulate, rightAccumulate);
      return isLeft ? leftAccumulate : rightAccumulate;
    },
    eventsOf(from) {
      const [isLeft, isRight] = [comesFrom(left, from), comesFrom(right, from)];
      if (isLeft && isRight) return null;
      return isLeft ? leftEvents : rightEvents;
    },
    valuesOf: ({ left, right, isTruncated }) =>
      rowOf(left && leftFields(left), right && rightFields(right), isTruncated) as unknown as RowValues,
  };
}

function eventsOf({ on, columns }: JoinSide<ViewDefinition>, side: Side, keepsNullKeys: boolean): LogEvents {
  return { side, key: on, keepsNullKeys, columns, tests: null, keepsAll: true };
}

function comesFrom({ source }: JoinSide<ViewDefinition>, from: StreamDefinition | ViewDefinition): boolean {
  const inputs: readonly (StreamDefinition | ViewDefinition)[] = [...eventStreamsOf(source), ...upstreamsOf(source)];
  return inputs.includes(from);
}

/** Stands for a shard in the keys of what a join has of a stream. */
export function streamOrigin({ name }: Pick<StreamDefinition, 'name'>): (shard: string) => string {
  return (shard) => `${name}/${shard}`;
}
