import type { ViewDescription } from '../../../api/schemas/pipeline.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No window of a calendar is longer. */
const MONTH_MS = 31 * DAY_MS;

/**
 * From which window on rows of a view can still change, and an hour more, or a day where each group has windows of its own: as
 * far back as one who follows it reads. Null: all of them.
 */
export function reachOf(view: ViewDescription, closedUpToMs: number | null): number | null {
  const { kind, size_ms: sizeMs } = view.window as { readonly kind: string; readonly size_ms?: number };
  if (closedUpToMs === null || kind === 'global') return null;
  const backMs = sizeMs === undefined ? DAY_MS : Math.max(HOUR_MS, 2 * sizeMs);
  const longestMs = kind === 'calendar' ? MONTH_MS : (sizeMs ?? 0);
  return closedUpToMs - view.allowed_lateness_ms - longestMs - backMs;
}
