import type { Pause } from '../../engine/ports/retry.ts';
import type { TimeBudget } from './time-budget.ts';

/** Waiting and chance, as arguments: tests neither wait nor gamble. */
export interface Backoff {
  sleep(ms: number): Promise<void>;
  /** Evenly spread in [0, 1), as `Math.random`. */
  random(): number;
}

export const REAL_BACKOFF: Backoff = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** Waits as long as the budget lasts, and not for what it has no time left for: then the next call says so at once. */
export function backoffWithin(budget: TimeBudget, { sleep, random }: Backoff = REAL_BACKOFF): Backoff {
  return { random, sleep: async (ms) => (ms < budget.leftMs ? sleep(ms) : undefined) };
}

/** The first pause is up to `firstMs` long, every further one up to twice the one before, and none beyond `longestMs`. */
export interface PauseBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const LONGEST_PAUSE_MS = 2000;

/** For a service that asks for less. */
const FOR_SERVICES: PauseBounds = { firstMs: 50, longestMs: LONGEST_PAUSE_MS };

/** For another writer to finish, or for a transaction to become visible: as a rule that is a matter of milliseconds. */
const FOR_OTHERS: PauseBounds = { firstMs: 5, longestMs: 250 };

/**
 * How long to pause before retry number `retry`, counted from 1. Full jitter: anywhere between nothing and the bound, so
 * that callers who were refused together do not come back together.
 */
export function pauseMs(retry: number, random: number, { firstMs, longestMs } = FOR_SERVICES): number {
  const bound = Math.min(longestMs, firstMs * 2 ** (retry - 1));
  return Math.floor(random * bound);
}

/** Pauses between attempts at a service. */
export function servicePause({ sleep, random }: Backoff): Pause {
  return (retry) => sleep(pauseMs(retry, random()));
}

/** Pauses of the engine, between attempts against other writers. */
export function enginePause({ sleep, random }: Backoff): Pause {
  return (retry) => sleep(pauseMs(retry, random(), FOR_OTHERS));
}
