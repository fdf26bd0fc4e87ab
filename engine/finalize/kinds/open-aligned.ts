import { append } from '../../lists/append.ts';
import { END_OF_TIME_MS } from '../../time/instant.ts';
import { endOfWindow, windowAfter } from '../../windows/aligned.ts';
import { alignedRows } from '../aligned-rows.ts';
import { AlignedWindows } from '../aligned-windows.ts';
import type { Row } from '../drafts.ts';
import { carriedPagesOf, type OpenReading } from '../open-reading.ts';
import { RollingHistories } from '../rolling-histories.ts';
import { sortedGroups } from '../sort-rows.ts';

/** The rows of open windows, the earliest windows first. */
export async function openAligned(reading: OpenReading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const isRolling = view.rows.isStateful;
  const histories = isRolling
    ? await RollingHistories.load(view, carriedPagesOf(reading), progress.carried, snapshot.completeFromMs)
    : null;
  const windows = new AlignedWindows(view, snapshot);
  const rows: Row[] = [];
  // Aggregates over rows need those before: from where they are carried.
  let cursorMs = isRolling ? progress.stateCutoffMs : progress.closedUpToMs;
  for (let found = 0; found < limit; ) {
    const startMs = await nextWindow(reading, windows, histories, cursorMs);
    if (startMs === null) break;
    const groups = await windows.read(startMs);
    const silent = histories?.silentGroups(groups, startMs) ?? [];
    if (groups.size > 0) histories?.noteFilled(startMs);
    const window = { startMs, endMs: endOfWindow(windows.grid, startMs) };
    const ofWindow = alignedRows(view, histories, sortedGroups([...groups.values(), ...silent]), window);
    if (startMs >= progress.closedUpToMs) {
      append(rows, ofWindow);
      if (ofWindow.length > 0) found++;
    }
    cursorMs = windowAfter(windows.grid, startMs);
  }
  return rows;
}

/**
 * The next window that can have rows. One without events can where groups are remembered, once it has begun: it begins
 * before the watermark, or before an event. Whether a group falls silent in a later one nobody knows yet.
 */
async function nextWindow(
  { snapshot }: OpenReading,
  windows: AlignedWindows,
  histories: RollingHistories | null,
  cursorMs: number,
): Promise<number | null> {
  const filledMs = await windows.next(cursorMs, END_OF_TIME_MS);
  if (histories === null || !histories.hasEmptyRowsAt(cursorMs)) return filledMs;
  return filledMs !== null || cursorMs <= snapshot.source.watermarkMs ? cursorMs : null;
}
