import type { Outcome } from './simulate.ts';

/** What several simulations came to. Plain data, so that processes can hand it over. */
export interface Tally {
  seeds: number;
  events: number;
  steps: number;
  readonly faults: Record<string, number>;
  readonly failed: { readonly seed: number; readonly pipeline: string; readonly violations: readonly string[] }[];
}

export function emptyTally(): Tally {
  return { seeds: 0, events: 0, steps: 0, faults: {}, failed: [] };
}

export function count(tally: Tally, { seed, pipeline, events, steps, faults, violations }: Outcome): void {
  tally.seeds++;
  tally.events += events;
  tally.steps += steps;
  for (const [kind, times] of faults) tally.faults[kind] = (tally.faults[kind] ?? 0) + times;
  if (violations.length > 0) tally.failed.push({ seed, pipeline, violations });
}

export function add(into: Tally, from: Tally): void {
  into.seeds += from.seeds;
  into.events += from.events;
  into.steps += from.steps;
  for (const [kind, times] of Object.entries(from.faults)) into.faults[kind] = (into.faults[kind] ?? 0) + times;
  into.failed.push(...from.failed);
}
