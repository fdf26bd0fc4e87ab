import { type FieldNode, type JoinSide, keepsUnmatched } from '../ir/join-definition.ts';
import type { ColumnValue } from '../ir/node.ts';
import { eventStreamsOf, upstreamsOf } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { LEFT, type LogRow, RIGHT } from '../joins/event-log.ts';
import { DEFAULT_MAX_PER_KEY } from '../joins/limits.ts';
import type { JoinedRow, LogOperator } from '../joins/log-operator.ts';
import { logOperatorOf } from '../joins/registry.ts';
import type { Accumulate } from './accumulator.ts';
import { bothSides, compileLogAccumulate } from './log-accumulator.ts';
import type { RowValues } from './row.ts';
import { fromStored } from './stored-value.ts';

/** A join compiled: how events come into its log, and how rows come out. */
export interface LogPlan {
  readonly operator: LogOperator;
  /** Events of one key and side in a pane that it is given, the first ones. */
  readonly maxPerKey: number;
  /** How the events of a stream, or the rows of a view, come into the log: as one side, or as both. */
  accumulatorOf(from: StreamDefinition | ViewDefinition): Accumulate;
  /** A joined row as the views that take it read it. */
  valuesOf(row: JoinedRow): RowValues;
}

/** Null for a view, whose rows are made of aggregates. */
export function compileLog({ source, buckets, window }: ViewDefinition): LogPlan | null {
  if (source.kind !== 'join' || window.kind !== 'log') return null;
  const limit = { paneMs: window.paneMs, max: window.maxPerKey ?? DEFAULT_MAX_PER_KEY };
  const { left, right, rule } = source;
  const leftAccumulate = compileLogAccumulate(left, buckets, {
    side: LEFT,
    keepsNullKeys: keepsUnmatched(rule, 'left'),
  });
  const rightAccumulate = compileLogAccumulate(right, buckets, {
    side: RIGHT,
    keepsNullKeys: keepsUnmatched(rule, 'right'),
  });
  const [leftFields, rightFields] = [compileFields(left.columns), compileFields(right.columns)];
  return {
    operator: logOperatorOf(rule, limit),
    maxPerKey: limit.max,
    accumulatorOf(from) {
      const [isLeft, isRight] = [comesFrom(left, from), comesFrom(right, from)];
      if (isLeft && isRight) return bothSides(leftAccumulate, rightAccumulate);
      return isLeft ? leftAccumulate : rightAccumulate;
    },
    valuesOf: (row) =>
      ({
        [left.name]: leftFields(row.left),
        [right.name]: rightFields(row.right),
        truncated: row.isTruncated,
      }) as unknown as RowValues,
  };
}

function comesFrom({ source }: JoinSide<ViewDefinition>, from: StreamDefinition | ViewDefinition): boolean {
  const inputs: readonly (StreamDefinition | ViewDefinition)[] = [...eventStreamsOf(source), ...upstreamsOf(source)];
  return inputs.includes(from);
}

/** Stands for a shard in the keys of what a join has of a stream. */
export function streamOrigin({ name }: Pick<StreamDefinition, 'name'>): (shard: string) => string {
  return (shard) => `${name}/${shard}`;
}

type Nested = { [name: string]: ColumnValue | Nested };

/** Makes the fields of one side of its kept values, nested as they are in its events. */
function compileFields(columns: readonly FieldNode[]): (row: LogRow | null) => Nested | null {
  const reads = columns.map(({ type }) => fromStored(type));
  return (row) => {
    if (row === null) return null;
    const root: Nested = Object.create(null);
    columns.forEach(({ path }, index) => {
      let owner = root;
      for (const name of path.slice(0, -1)) {
        const inner = (owner[name] as Nested | undefined) ?? Object.create(null);
        owner[name] = inner;
        owner = inner;
      }
      owner[path.at(-1) as string] = (reads[index] as (typeof reads)[number])(row.values[index]);
    });
    return root;
  };
}
