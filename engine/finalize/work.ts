import { handsOf } from '../ir/view-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Item, ItemRange, StateStore } from '../ports/state-store.ts';
import { sourceStanding } from '../sources/registry.ts';
import type { Standing } from '../sources/source-kind.ts';
import { latePartition, markerPartition, paneOf, paneRange } from '../state/keys.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';

/** How far a view can be finalized when its source stands somewhere. */
export interface Reach {
  /** What is before this can be made final, as `closedUpTo` counts. */
  readonly closeUpToMs: number;
  /** Panes that start before this change no more. */
  readonly stateCutoffMs: number;
}

export function reachOf({ window }: ViewPlan, { watermarkMs, settledMs }: Standing): Reach {
  return { closeUpToMs: window.closedUpTo(watermarkMs), stateCutoffMs: window.stateCutoff(settledMs) };
}

/** Whether a finalizer would find anything to do. `watermarkMs` is that of the streams below. */
export async function hasWork(
  view: ViewPlan,
  bucket: number,
  watermarkMs: number,
  state: StateStore,
): Promise<boolean> {
  const reach = reachOf(view, await sourceStanding(view, bucket, state, watermarkMs));
  const seen = await loadProgress(state, view.key, bucket);
  return (await hasPass(view, bucket, seen, reach, state)) || hasLateCounts(view, bucket, reach.stateCutoffMs, state);
}

/** Whether there are windows to make final or to look at again. */
export async function hasPass(
  view: ViewPlan,
  bucket: number,
  seen: Progress,
  reach: Reach,
  state: StateStore,
): Promise<boolean> {
  if (isBehind(view, seen, reach)) return true;
  // Markers sort by pane: if the first one waits for its window's end, so do the others.
  const [marker] = await state.query({ partition: markerPartition(view.key, bucket), limit: 1 });
  return marker !== undefined && mayHaveRows(view, marker, reach.closeUpToMs);
}

/** Progress has not reached what it can reach, or somebody died on the way. */
export function isBehind(view: ViewPlan, seen: Progress, { closeUpToMs, stateCutoffMs }: Reach): boolean {
  // What is carried moves with other work, when that is worth it.
  return (
    seen.held ||
    seen.pass !== null ||
    closeUpToMs > seen.closedUpToMs ||
    (handsSettled(view) && stateCutoffMs > seen.settledToMs) ||
    (!isCarried(view) && stateCutoffMs > seen.stateCutoffMs)
  );
}

/** Whether rows can have been made of a marker's pane. The markers of other panes wait. */
export function mayHaveRows({ window }: ViewPlan, marker: Pick<Item, 'key'>, closeUpToMs: number): boolean {
  return window.firstRowMs(paneOf(marker.key)) < closeUpToMs;
}

/**
 * Whether a marker that is listed and not visible must be taken for granted: before a window of its pane can no longer
 * change, which may be long before the pane is dropped. Otherwise it is seen later, or was dealt with.
 */
export function isLastChance(
  view: ViewPlan,
  paneMs: number,
  { closeUpToMs, settledMs }: { readonly closeUpToMs: number; readonly settledMs: number },
): boolean {
  return view.window.firstRowMs(paneMs) < (isCarried(view) ? closeUpToMs : settledMs);
}

/** Where the counts lie whose windows may be settled. */
export function lateRange({ key, window }: ViewPlan, bucket: number, stateCutoffMs: number): ItemRange {
  const toMs = Math.max(START_OF_TIME_MS, stateCutoffMs - window.missedReachMs);
  return paneRange(latePartition(key, bucket), START_OF_TIME_MS, toMs);
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

/** Other views take its rows when these change no more. */
function handsSettled({ definition, downstream }: ViewPlan): boolean {
  return downstream.length > 0 && handsOf(definition) !== 'final';
}

function isCarried({ window, rows }: ViewPlan): boolean {
  return window.isCarried || rows.isStateful;
}
