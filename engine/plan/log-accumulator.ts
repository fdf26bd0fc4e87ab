import type { Group } from '../codec/group.ts';
import { groupKey, groupText } from '../codec/group.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import { hash32 } from '../hash/hash64.ts';
import type { ExpressionNode, Value } from '../ir/node.ts';
import type { EventLog, Side } from '../joins/event-log.ts';
import { toStored } from '../joins/stored-value.ts';
import { compileBits, type EventTest } from '../patterns/bits.ts';
import { ADDED, FILTERED, LATE } from './accumulated.ts';
import type { Accumulate, PaneSelector } from './accumulator.ts';

/** What a log keeps of the events of a stream, or of the rows of a view. */
export interface LogEvents {
  readonly side: Side;
  readonly key: readonly ExpressionNode[];
  readonly keepsNullKeys: boolean;
  readonly columns: readonly ExpressionNode[];
  /** Of a pattern: an event that passes none of them is left out, unless all are kept. Null in a join. */
  readonly tests: readonly EventTest[] | null;
  /** Where steps must follow right after one another it is told of every event that it was there. */
  readonly keepsAll: boolean;
}

/** Adds events to the log of a join or a pattern: by key, which conditions each passes by itself and those of its fields that are kept. */
export function compileLogAccumulate(
  { side, key: keyNodes, keepsNullKeys, columns, tests, keepsAll }: LogEvents,
  buckets: number,
): Accumulate {
  const valuesOf = compileValues(columns);
  const keysOf = compileValues(keyNodes);
  const bitsOf = tests === null ? null : compileBits(tests);
  return (event, timeMs, panes) => {
    const bits = bitsOf === null ? null : bitsOf(event);
    if (bits === 0 && !keepsAll) return FILTERED;
    const key = keysOf(event);
    if (!keepsNullKeys && key.includes(null)) return FILTERED;
    const log = logOf(key, panes, timeMs, buckets);
    if (log === null) return LATE;
    const values = bits === 0 ? [] : valuesOf(event);
    log.push({ side, timeMs, values: bits === null ? values : [bits, ...values] });
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
