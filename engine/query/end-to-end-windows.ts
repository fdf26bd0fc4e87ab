import { formatDuration } from '../ir/duration.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { lastWindowOf } from '../windows/aligned.ts';
import { MAX_ROWS_READ, type WindowRange } from './bounds.ts';
import { BadQueryError } from './errors.ts';
import type { QueryPorts } from './query-ports.ts';

/**
 * The parts of a range that hold windows which do not overlap, so that what each has counted can be added; the latest first. Of
 * sliding windows these are every size / slide-th one, back from the latest one that is stored:
 *
 *   size 15, slide 5      [30 ── 45)  the latest
 *                     [25 ── 40)      its events are in the one above or below
 *                 [20 ── 35)
 *             [15 ── 30)              taken
 *
 * @throws BadQueryError where windows cannot lie end to end, because the size is no multiple of the slide.
 */
export async function endToEndWindows(
  view: ViewPlan,
  { results }: Pick<QueryPorts, 'results'>,
  range: WindowRange,
): Promise<readonly WindowRange[]> {
  const { grid } = view.window;
  if (grid === null || grid.slideMs >= grid.sizeMs) return [range];
  const { sizeMs, slideMs } = grid;
  if (sizeMs % slideMs !== 0) {
    throw new BadQueryError(
      `View '${view.name}' has windows of ${formatDuration(sizeMs)} that begin every ${formatDuration(slideMs)}: none of them begins where another ends, so what they count cannot be added. Ask for the rows of one window, or make a view of tumbling windows.`,
    );
  }
  const latest = await latestStart(view, results, range);
  if (latest === null) return [];
  const earliest = await earliestStart(view, results, range);
  const parts: WindowRange[] = [];
  for (let startMs = latest; startMs >= earliest && parts.length < MAX_ROWS_READ; startMs -= sizeMs) {
    parts.push({ fromMs: startMs, toMs: startMs + 1 });
  }
  return parts;
}

async function latestStart(
  { key }: ViewPlan,
  results: QueryPorts['results'],
  range: WindowRange,
): Promise<number | null> {
  const { rows } = await results.windows({ ...range, view: key, order: 'latestFirst', limit: 1 });
  return rows[0]?.windowStartMs ?? null;
}

async function earliestStart({ key }: ViewPlan, results: QueryPorts['results'], range: WindowRange): Promise<number> {
  const { rows } = await results.windows({ ...range, view: key, limit: 1 });
  return rows[0]?.windowStartMs ?? range.toMs;
}

/** Whether a range holds one window at most, so that each group has one row there. */
export function isOfOneWindow({ window }: ViewPlan, { fromMs, toMs }: WindowRange): boolean {
  if (!window.hasEnd) return true;
  const { grid } = window;
  if (grid === null || fromMs === START_OF_TIME_MS || toMs === END_OF_TIME_MS) return false;
  return lastWindowOf(grid, toMs - 1) - lastWindowOf(grid, fromMs - 1) <= grid.slideMs;
}
