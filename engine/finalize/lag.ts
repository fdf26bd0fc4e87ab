import type { ViewPlan } from '../plan/plan.ts';
import type { SharedState } from '../ports/retry.ts';
import { loadSource } from '../sources/registry.ts';
import type { Pass } from '../state/pass.ts';
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
  const { state } = ports;
  const source = await loadSource(view, bucket, state);
  // The input was finite and has ended: how far away the end of time is says nothing.
  if (source.watermarkMs >= END_OF_TIME_MS) return 0;
  const dueMs = view.window.closedUpTo(source.watermarkMs);
  const { closedUpToMs } = await loadProgress(state, view.key, bucket);
  if (closedUpToMs > START_OF_TIME_MS) return Math.max(0, dueMs - closedUpToMs);
  const first = await new ViewSnapshot(view, bucket, ports, source).nextPane(START_OF_TIME_MS, dueMs);
  return first === null ? 0 : dueMs - first;
}

/**
 * Whether a finalizer that stopped before it was done has moved its view on. One that has not will begin with the same
 * again, and so will the next: it is stuck.
 */
export function hasMovedOn(before: Progress, after: Progress): boolean {
  return (
    after.closedUpToMs > before.closedUpToMs ||
    after.settledToMs > before.settledToMs ||
    after.stateCutoffMs > before.stateCutoffMs ||
    hasPassMoved(before.pass, after.pass) ||
    // Counts of late events were written down, or brought to their rows.
    after.patch.version !== before.patch.version
  );
}

/** A pass has begun, has ended, or is at another place. */
function hasPassMoved(before: Pass | null, after: Pass | null): boolean {
  if (before === null || after === null) return before !== after;
  const [from, to] = [before.cursor, after.cursor];
  return from.fromMs !== to.fromMs || from.toMs !== to.toMs || from.hash !== to.hash;
}
