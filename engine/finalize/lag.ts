import type { ViewPlan } from '../plan/plan.ts';
import type { SharedState } from '../ports/retry.ts';
import { loadSource } from '../sources/registry.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { ViewSnapshot } from './snapshot.ts';

/**
 * How far a (view, bucket) is behind, in milliseconds of event time: from where it is final to where its watermark lets it
 * be final. Where nothing is final yet, from the first event that it has; 0 where it has none, or nothing is due.
 *
 * It is measured from the stored state alone, so it is known also while no finalizer runs. A window that has just closed
 * counts in full until its rows are written: what matters is whether it stays.
 */
export async function finalizeLagMs(view: ViewPlan, bucket: number, ports: SharedState): Promise<number> {
  return (await finalizeLag(view, bucket, ports)).lagMs;
}

export interface FinalizeLag {
  readonly lagMs: number;
  readonly progress: Progress;
}

/** The lag, with the progress that it is measured from. */
export async function finalizeLag(view: ViewPlan, bucket: number, ports: SharedState): Promise<FinalizeLag> {
  const { state } = ports;
  const source = await loadSource(view, bucket, state);
  const progress = await loadProgress(state, view.key, bucket);
  // The input was finite and has ended: how far away the end of time is says nothing.
  if (source.watermarkMs >= END_OF_TIME_MS) return { lagMs: 0, progress };
  const dueMs = view.window.closedUpTo(source.watermarkMs);
  const { closedUpToMs } = progress;
  if (closedUpToMs > START_OF_TIME_MS) return { lagMs: Math.max(0, dueMs - closedUpToMs), progress };
  const first = await new ViewSnapshot(view, bucket, ports, source).nextPane(START_OF_TIME_MS, dueMs);
  return { lagMs: first === null ? 0 : dueMs - first, progress };
}

/**
 * Whether a finalizer that stopped before it was done has moved its view on. One that has not will begin with the same
 * again, and so will the next: it is stuck.
 */
export function hasMovedOn(before: Progress, after: Progress): boolean {
  return standingOf(before) !== standingOf(after);
}

/** Where a finalizer stands, to be compared. It differs once anything has moved on; claims and pauses alone change nothing. */
export function standingOf({ closedUpToMs, settledToMs, stateCutoffMs, pass, patch }: Progress): string {
  const { fromMs, toMs, hash } = pass?.cursor ?? { fromMs: null, toMs: null, hash: null };
  // Counts of late events were written down, or brought to their rows, where the version of the patch differs.
  return JSON.stringify([closedUpToMs, settledToMs, stateCutoffMs, patch.version, pass !== null, fromMs, toMs, hash]);
}
