import type { ViewPlan } from '../plan/plan.ts';

/**
 * When a row that is written now may go, in seconds since 1970; null where it stays. Counted from the window's end, or
 * from now where that is later: a replay of old events shows its rows for as long as live ones.
 */
export function rowExpirySeconds({ definition }: ViewPlan, windowEndMs: number, nowMs: number): number | null {
  const { keepRowsMs } = definition;
  return keepRowsMs === null ? null : Math.ceil((Math.max(nowMs, windowEndMs) + keepRowsMs) / 1000);
}
