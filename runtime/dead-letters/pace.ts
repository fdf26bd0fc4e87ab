import type { Clock } from '../../engine/ports/clock.ts';

/**
 * Waits so that at most `perSecond` callers a second go on, evenly spaced; without a rate nobody waits.
 */
export function createPace(
  perSecond: number | null,
  clock: Clock,
  sleep: (ms: number) => Promise<void>,
): () => Promise<void> {
  if (perSecond === null) return async () => {};
  let nextMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock.nowMs();
    const turnMs = Math.max(nowMs, nextMs);
    nextMs = turnMs + 1000 / perSecond;
    if (turnMs > nowMs) await sleep(turnMs - nowMs);
  };
}
