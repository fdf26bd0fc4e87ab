import { type JoinSide, type JoinSource, keepsUnmatched } from '../ir/join-definition.ts';
import { eventStreamsOf, upstreamsOf } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { LogWindow } from '../ir/window.ts';
import { LEFT, RIGHT, type Side } from '../joins/event-log.ts';
import { DEFAULT_MAX_PER_KEY } from '../joins/limits.ts';
import type { JoinedRow } from '../joins/log-operator.ts';
import { nestedFields, recordOf } from '../joins/nested-fields.ts';
import { logOperatorOf } from '../joins/registry.ts';
import type { LogPlan } from './log.ts';
import { bothSides, compileLogAccumulate, type LogEvents } from './log-accumulator.ts';
import type { RowValues } from './row.ts';

/** A join compiled. */
export function compileJoinLog(
  { left, right, rule }: JoinSource<ViewDefinition>,
  buckets: number,
  { paneMs, maxPerKey = DEFAULT_MAX_PER_KEY }: LogWindow,
): LogPlan<JoinedRow> {
  const limit = { paneMs, max: maxPerKey };
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
