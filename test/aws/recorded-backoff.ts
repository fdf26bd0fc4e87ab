import type { Backoff } from '../../adapters/aws/backoff.ts';

/** Does not wait, and writes down how long it would have: with a chance of always one half. */
export function recordedBackoff(): Backoff & { readonly pausesMs: number[] } {
  const pausesMs: number[] = [];
  return {
    pausesMs,
    random: () => 0.5,
    sleep: async (ms) => {
      pausesMs.push(ms);
    },
  };
}
