import type { StreamPlan, ViewPlan } from '../plan/plan.ts';

const GRACE_MS = 7 * 86_400_000;

/** When the store may remove ids of events, in seconds since 1970: as for segments. */
export function idsExpirySeconds({ definition }: StreamPlan, nowMs: number, retentionMs: number): number {
  const spanMs = definition.dedupe?.withinMs ?? 0;
  return Math.ceil((nowMs + retentionMs + spanMs + definition.maxLatenessMs + GRACE_MS) / 1000);
}

/**
 * When the store may remove a segment or marker, in seconds since 1970. Only garbage collection, by the clock of the
 * write: state ends by event time, when the watermark has passed it. Long enough for a replay of all that the stream
 * retains, then the window and its lateness, then a week.
 */
export function segmentExpirySeconds(
  { definition: { maxLatenessMs } }: StreamPlan,
  { definition: { allowedLatenessMs }, window: { spanMs } }: ViewPlan,
  nowMs: number,
  retentionMs: number,
): number {
  return Math.ceil((nowMs + retentionMs + spanMs + allowedLatenessMs + maxLatenessMs + GRACE_MS) / 1000);
}
