import type { Group } from '../codec/group.ts';
import { groupKey, groupText } from '../codec/group.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { hash32 } from '../hash/hash64.ts';
import type { JoinSide } from '../ir/join-definition.ts';
import type { ExpressionNode, Value } from '../ir/node.ts';
import type { PatternSource } from '../ir/pattern-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { type EventLog, LEFT, type Side } from '../joins/event-log.ts';
import { toStored } from '../joins/stored-value.ts';
import { compileBits, needsAllEvents } from '../patterns/bits.ts';
import { type Accumulate, ADDED, FILTERED, LATE, type PaneSelector } from './accumulator.ts';

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
    const log = logOf(key, panes, timeMs, buckets);
    if (log === null) return LATE;
    log.push({ side: index, timeMs, values: valuesOf(event) });
    return ADDED;
  };
}

/**
 * Adds the events of a pattern's source to its log: by key, which conditions each passes by itself and those of its fields that are
 * kept. One that passes none is kept where steps must follow right after one another, to tell that it was there.
 */
export function compilePatternAccumulate(
  { partitionBy, columns, pattern }: PatternSource<ViewDefinition>,
  buckets: number,
): Accumulate {
  const valuesOf = compileValues(columns);
  const keysOf = compileValues(partitionBy);
  const bitsOf = compileBits(pattern.steps);
  const keepsAll = needsAllEvents(pattern);
  return (event, timeMs, panes) => {
    const bits = bitsOf(event);
    if (bits === 0 && !keepsAll) return FILTERED;
    const key = keysOf(event);
    if (key.includes(null)) return FILTERED;
    const log = logOf(key, panes, timeMs, buckets);
    if (log === null) return LATE;
    log.push({ side: LEFT, timeMs, values: bits === 0 ? [0] : [bits, ...valuesOf(event)] });
    return ADDED;
  };
}

/** What a pane has of a key; null where the event is late. */
function logOf(key: Value[], panes: PaneSelector, timeMs: number, buckets: number): EventLog | null {
  const bucket = buckets === 1 ? 0 : hash32(groupText(key)) % buckets;
  const groups = panes.groupsAt(timeMs, bucket);
  if (groups === null) return null;
  const name = groupKey(key);
  let group: Group | undefined = groups.get(name);
  if (group === undefined) {
    group = { values: key, states: [[]] };
    groups.set(name, group);
  }
  return group.states[0] as EventLog;
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
