import { standingOf } from '../finalize/lag.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type Behind, type BehindSince, behindWrite, bucketName, loadBehind } from '../state/behind.ts';
import type { Progress } from '../state/progress.ts';
import { commits } from './commits.ts';
import { SWEEP_INTERVAL_MS } from './observations.ts';
import type { BehindBucket } from './sweep.ts';

/** What stands still for so long is stuck: two sweeps have woken its finalizer, or the source has handed it over again and again. */
export const STUCK_AFTER_MS = 2.5 * SWEEP_INTERVAL_MS;

/** Buckets that are noted of a stream. Where more are behind, those that have been for longest are. */
const MAX_NOTED = 200;

/**
 * Notes which buckets of views are behind, and since when each stands where it stands, for those who tell people. Where none is,
 * nothing is read or written: what was noted says nothing of a bucket that has moved on.
 */
export async function noteBehind(
  stream: string,
  found: readonly BehindBucket[],
  state: StateStore,
  nowMs: number,
): Promise<void> {
  if (found.length === 0) return;
  const last = await loadBehind(state, stream);
  await commits(state, [behindWrite(stream, nextBehind(last, found, nowMs))]);
}

function nextBehind(last: Behind, found: readonly BehindBucket[], nowMs: number): Behind {
  const noted = found.map(({ view, bucket, lagMs, progress }) => {
    const name = bucketName(view.key, bucket);
    const [before, standing] = [last.buckets[name], standingOf(progress)];
    const sinceMs = before?.standing === standing ? before.sinceMs : nowMs;
    return [name, { sinceMs, lagMs, standing }] as const;
  });
  const longest = noted.sort(([, a], [, b]) => a.sinceMs - b.sinceMs).slice(0, MAX_NOTED);
  return { version: last.version + 1, atMs: nowMs, buckets: Object.fromEntries(longest) };
}

/** Whether a bucket that sweeps have found behind is stuck: it stands there by now, and has for long. */
export function isStuck(noted: BehindSince | undefined, progress: Progress, nowMs: number): noted is BehindSince {
  return noted !== undefined && nowMs - noted.sinceMs >= STUCK_AFTER_MS && noted.standing === standingOf(progress);
}
