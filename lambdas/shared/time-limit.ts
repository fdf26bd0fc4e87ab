import type { TimeBudget } from '../../adapters/aws/time-budget.ts';

/** The part of Lambda's context that tells how much time is left. Tests and emulators may have none: then there is no limit. */
export interface Timed {
  getRemainingTimeInMillis?(): number;
}

/** Gives calls all the time of an invocation but `keptMs`, which are for what comes after them. */
export function limitCalls(budget: TimeBudget, invocation: Timed | undefined, keptMs: number): void {
  budget.limitTo(() => remainingMs(invocation) - keptMs);
}

export function remainingMs(invocation: Timed | undefined): number {
  return invocation?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
}
