import type { ViewPlan } from '../plan/plan.ts';
import type { Item, ItemRange, StateStore } from '../ports/state-store.ts';
import { loadSource } from '../sources/source.ts';
import { latePartition, markerPartition, paneOf, paneRange } from '../state/keys.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { firstWindowEndingAfter, gridOf } from '../windows/aligned.ts';
import { closedUpTo, stateCutoff } from '../windows/boundaries.ts';

/** How far a view can be finalized when its source stands somewhere. */
export interface Reach {
  /** What is before this can be made final, as `closedUpTo` counts. */
  readonly closeUpToMs: number;
  /** Panes that start before this change no more. */
  readonly stateCutoffMs: number;
}

export function reachOf(
  { definition: { window } }: ViewPlan,
  source: { readonly watermarkMs: number; readonly settledMs: number },
): Reach {
  return { closeUpToMs: closedUpTo(window, source.watermarkMs), stateCutoffMs: stateCutoff(window, source.settledMs) };
}

/** Whether a finalizer would find anything to do. `watermarkMs` is that of the stream. */
export async function hasWork(
  view: ViewPlan,
  bucket: number,
  watermarkMs: number,
  state: StateStore,
): Promise<boolean> {
  const ofStream = { watermarkMs, settledMs: watermarkMs - view.definition.allowedLatenessMs };
  const reach = reachOf(view, view.upstream === null ? ofStream : await loadSource(view, bucket, state));
  const seen = await loadProgress(state, view.key, bucket);
  if (isBehind(view, seen, reach)) return true;
  // Markers sort by pane: if the first one waits for its window's end, so do the others.
  const [marker] = await state.query({ partition: markerPartition(view.key, bucket), limit: 1 });
  if (marker !== undefined && mayHaveRows(view, marker, reach.closeUpToMs)) return true;
  return hasLateCounts(view, bucket, reach.stateCutoffMs, state);
}

/** Progress has not reached what it can reach, or somebody died on the way. */
export function isBehind(view: ViewPlan, seen: Progress, { closeUpToMs, stateCutoffMs }: Reach): boolean {
  // What is carried moves with other work, when that is worth it.
  return (
    seen.held ||
    seen.pass !== null ||
    closeUpToMs > seen.closedUpToMs ||
    (!isCarried(view) && stateCutoffMs > seen.stateCutoffMs)
  );
}

/** Whether rows can have been made of a marker's pane. The markers of other panes wait. */
export function mayHaveRows({ definition: { window } }: ViewPlan, marker: Item, closeUpToMs: number): boolean {
  const paneMs = paneOf(marker.key);
  if (window.kind === 'session' || window.kind === 'global') return paneMs < closeUpToMs;
  return firstWindowEndingAfter(gridOf(window), paneMs) < closeUpToMs;
}

/**
 * Whether a marker that is listed and not visible must be taken for granted: before a window of its pane can no longer
 * change, which may be long before the pane is dropped. Otherwise it is seen later, or was dealt with.
 */
export function isLastChance(
  { definition: { window }, rows }: ViewPlan,
  paneMs: number,
  { closeUpToMs, settledMs }: { readonly closeUpToMs: number; readonly settledMs: number },
): boolean {
  if (window.kind === 'session' || window.kind === 'global') return paneMs < closeUpToMs;
  const firstMs = firstWindowEndingAfter(gridOf(window), paneMs);
  return firstMs < (rows.rolling.count > 0 ? closeUpToMs : settledMs);
}

/**
 * Where the counts lie whose windows may be settled. An event that missed its session could have been in one that begins
 * up to a gap later.
 */
export function lateRange({ key, definition: { window } }: ViewPlan, bucket: number, stateCutoffMs: number): ItemRange {
  const gapMs = window.kind === 'session' ? window.gapMs : 0;
  return paneRange(latePartition(key, bucket), START_OF_TIME_MS, Math.max(START_OF_TIME_MS, stateCutoffMs - gapMs));
}

/** Whether events missed windows that can no longer change: their counts can go to the rows. */
export async function hasLateCounts(
  view: ViewPlan,
  bucket: number,
  stateCutoffMs: number,
  state: StateStore,
): Promise<boolean> {
  const range = lateRange(view, bucket, stateCutoffMs);
  return (await state.query({ ...range, limit: 1 })).length > 0;
}

function isCarried({ definition: { window }, rows }: ViewPlan): boolean {
  return window.kind === 'session' || window.kind === 'global' || rows.rolling.count > 0;
}
