import { groupText } from '../codec/group.ts';
import { type Row, TABLE_GROUP } from '../finalize/drafts.ts';
import { least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { latePartition, paneRange } from '../state/keys.ts';
import { type LateCount, parseLateCounts } from '../state/late-counts.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';

/**
 * Counts the events that came too late for open windows, by row: rows that are stored have these counts once their windows
 * are settled. A window can be open and missed, where one shard is behind another:
 *
 *   shard s1   watermark 12:10: an event at 12:03 is late for [12:00, 12:05)
 *   shard s2   watermark 12:01: the window is open
 *
 * @returns how many events each of the rows lacks, in their order.
 */
export async function lateEventsOf(
  view: ViewPlan,
  bucket: number,
  state: StateStore,
  rows: readonly Row[],
): Promise<readonly number[]> {
  if (rows.length === 0) return [];
  // Items lie at the latest of their events, so none before this has an event that missed one of the rows.
  const firstMs = least(rows.map(({ window }) => window.startMs)) - view.window.missedReachMs;
  const fromMs = Math.max(START_OF_TIME_MS, firstMs);
  const items = await state.query(paneRange(latePartition(view.key, bucket), fromMs, END_OF_TIME_MS));
  const counts = items.flatMap(parseLateCounts);
  const byGroup = Map.groupBy(counts, ({ values }) => keptUnder(view, values));
  return rows.map((row) => {
    let events = 0;
    for (const count of byGroup.get(keptUnder(view, row.group.values)) ?? []) {
      if (hasMissed(view, count, row)) events += count.events;
    }
    return events;
  });
}

/** A whole table counts what all of its groups missed. */
function keptUnder({ definition }: ViewPlan, values: LateCount['values']): string {
  return definition.emit === 'complete' ? TABLE_GROUP : groupText(values);
}

function hasMissed({ window }: ViewPlan, { atMs, missed }: LateCount, row: Row): boolean {
  const { startMs, endMs } = row.window;
  const starts = window.missedStarts(atMs, missed);
  if (starts !== null) return starts.includes(startMs);
  // A session that the event would have been in begins at most a gap after it.
  return startMs <= atMs + window.missedReachMs && atMs <= endMs;
}
