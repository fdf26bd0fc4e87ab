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

/** The first pause is up to this long, every further one up to twice the one before. */
const FIRST_PAUSE_MS = 50;
export const LONGEST_PAUSE_MS = 2000;

/**
 * How long to pause before retry number `retry`, counted from 1. Full jitter: anywhere between nothing and the bound, so
 * that callers who were refused together do not come back together.
 */
export function pauseMs(retry: number, random: number): number {
  const bound = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
  return Math.floor(random * bound);
}

export async function pauseBefore(retry: number, backoff: Backoff): Promise<void> {
  await backoff.sleep(pauseMs(retry, backoff.random()));
}
