import type { Groups } from '../codec/group.ts';
import { floorTo } from '../time/floor-to.ts';
import { compareLogRows, type EventLog, LEFT, type LogRow, RIGHT, type Side } from './event-log.ts';

/** Unless a join sets `maxPerKey`: events of one key and side in one pane that are joined. 17 panes of both sides fit into memory. */
export const DEFAULT_MAX_PER_KEY = 20_000;

/** Rows that are made of one key in one pane, but for one for each event that is kept though it matches nothing. */
export const MAX_ROWS_PER_KEY = 100_000;

/**
 * Cuts the logs of keys with too many events: of each side the first `max` by (time, content) are left. Whoever merges segments cuts
 * after each of them, in any order of segments, and comes to the same events with bounded memory.
 *
 * @returns how many events were cut: in all, the same in any order of segments.
 * @param slack logs that are longer by as much are left as they are, for cutting sorts.
 */
export function cutLogs(groups: Groups, max: number, slack = 0): number {
  let cut = 0;
  for (const { states } of groups.values()) {
    const log = states[0] as EventLog;
    if (log.length <= max + slack) continue;
    const kept = ([LEFT, RIGHT] as const).flatMap((side) => firstOf(log, side, max));
    cut += log.length - kept.length;
    if (kept.length < log.length) states[0] = kept;
  }
  return cut;
}

function firstOf(log: EventLog, side: Side, max: number): readonly LogRow[] {
  const ofSide = log.filter((row) => row.side === side);
  return ofSide.length <= max ? ofSide : ofSide.sort(compareLogRows).slice(0, max);
}

/**
 * Whether events of a key, in any order, are so many of a side in a pane that some may have been cut. It follows from the events that
 * are left, so nobody has to remember it.
 */
export function mayBeCut(rows: readonly LogRow[], { paneMs, max }: LogLimit): boolean {
  if (rows.length < max) return false;
  const counts = new Map<number, number>();
  for (const { side, timeMs } of rows) {
    const pane = 2 * floorTo(paneMs, timeMs) + side;
    const count = (counts.get(pane) ?? 0) + 1;
    if (count >= max) return true;
    counts.set(pane, count);
  }
  return false;
}

export interface LogLimit {
  readonly paneMs: number;
  /** Events of one key and side in one pane. */
  readonly max: number;
}
