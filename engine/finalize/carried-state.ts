import { MAX_UNFOLDED_MS } from '../windows/window-kind.ts';
import type { FinalizeRun } from './run.ts';

/**
 * Whether to move the state cutoff: writing the states' pages costs what they hold, so that waits until as much has come
 * in. Not for long, though: panes are also read again by every pass, and expire. A pass that pauses has a backlog, and
 * moves it in any case.
 *
 * @param waitingBytes of the panes between the old cutoff and the new one.
 */
export function isWorthFolding({ fence, pass, isResumed }: FinalizeRun, waitingBytes: number): boolean {
  const { carried, stateCutoffMs } = fence.progress;
  if (pass.settledMs <= stateCutoffMs) return false;
  if (isResumed) return true;
  if (waitingBytes + carried.bytes === 0) return false;
  return waitingBytes >= carried.bytes || pass.settledMs - stateCutoffMs >= MAX_UNFOLDED_MS;
}
