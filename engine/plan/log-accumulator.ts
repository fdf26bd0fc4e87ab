import type { Group } from '../codec/group.ts';
import { groupKey, groupText } from '../codec/group.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { hash32 } from '../hash/hash64.ts';
import type { JoinSide } from '../ir/join-definition.ts';
import type { ExpressionNode, Value } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { EventLog, Side } from '../joins/event-log.ts';
import { type Accumulate, ADDED, FILTERED, LATE } from './accumulator.ts';
import { toStored } from './stored-value.ts';

interface Kept {
  readonly side: Side;
  readonly keepsNullKeys: boolean;
}

/** Adds the events of one side to the log of a join: by key, those of their fields that are kept. */
export function compileLogAccumulate(
  side: JoinSide<ViewDefinition>,
  buckets: number,
  { side: index, keepsNullKeys }: Kept,
): Accumulate {
  const valuesOf = compileValues(side.columns);
  const keysOf = compileValues(side.on);
  return (event, timeMs, panes) => {
    const key = keysOf(event);
    if (!keepsNullKeys && key.includes(null)) return FILTERED;
    const bucket = buckets === 1 ? 0 : hash32(groupText(key)) % buckets;
    const groups = panes.groupsAt(timeMs, bucket);
    if (groups === null) return LATE;
    const name = groupKey(key);
    let group: Group | undefined = groups.get(name);
    if (group === undefined) {
      group = { values: key, states: [[]] };
      groups.set(name, group);
    }
    (group.states[0] as EventLog).push({ side: index, timeMs, values: valuesOf(event) });
    return ADDED;
  };
}

/** An event that is of both sides goes into the log twice. */
export function bothSides(left: Accumulate, right: Accumulate): Accumulate {
  return (event, timeMs, panes) => {
    const outcomes = [left(event, timeMs, panes), right(event, timeMs, panes)];
    if (outcomes.includes(ADDED)) return ADDED;
    return outcomes.includes(LATE) ? LATE : FILTERED;
  };
}

/** Values as state keeps them: rows are ordered by them, and must not depend on which of them were stored before. */
function compileValues(nodes: readonly ExpressionNode[]): (event: object) => Value[] {
  const reads = nodes.map((node) => ({ read: compileToFunction(node), store: toStored(node.type) }));
  return (event) => reads.map(({ read, store }) => store(read(event)));
}
