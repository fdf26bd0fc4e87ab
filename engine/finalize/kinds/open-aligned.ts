import { END_OF_TIME_MS } from '../../time/instant.ts';
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
    const startMs = await windows.next(cursorMs, END_OF_TIME_MS);
    if (startMs === null) break;
    const window = { startMs, endMs: startMs + windows.grid.sizeMs };
    const ofWindow = sortedGroups((await windows.read(startMs)).values()).map((group) => ({
      group,
      window,
      values: view.rows.values(group, window, histories?.of(group, startMs)),
    }));
    if (startMs >= progress.closedUpToMs) {
      for (const row of ofWindow) rows.push(row);
      if (ofWindow.length > 0) found++;
    }
    cursorMs = startMs + windows.grid.slideMs;
  }
  return rows;
}
