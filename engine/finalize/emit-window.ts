import type { Row } from './drafts.ts';
import type { GoneRow } from './outputs/output.ts';
import type { FinalizeRun } from './run.ts';

/**
 * Hands on rows of some groups of a window, where these are new or may have changed.
 *
 * @param firstAffectedMs start of the first final window that a late event may have changed.
 */
export async function emitWindow(
  run: FinalizeRun,
  firstAffectedMs: number,
  startMs: number,
  rows: readonly Row[],
  gone: readonly GoneRow[],
): Promise<void> {
  const isNew = startMs >= run.fence.progress.closedUpToMs;
  const isCareful = run.isUnfinished(startMs);
  if (!isNew && !isCareful && startMs < firstAffectedMs) return;
  const mayBeGone = !isNew || isCareful;
  const isFresh = isNew && !isCareful;
  await run.emit({ rows, gone: mayBeGone ? gone : [], isNew, isFresh, isCareful, windowStartMs: null });
}
