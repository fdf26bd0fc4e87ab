import { healthLine } from '../live/health.ts';
import { connection, isPaused, overview, pipeline, serverNowMs, zone } from '../live/store.ts';

const SAY_AT_MOST_EACH_MS = 10_000;
let saidMs = Number.NEGATIVE_INFINITY;
let said = '';

/** Tells screen readers of health and of new alerts on every page, at most once in ten seconds. Figures are not told. */
export function LiveRegion() {
  const line = healthLine({
    overview: overview.value,
    pipeline: pipeline.value,
    connection: connection.value,
    isPaused: isPaused.value,
    nowMs: isPaused.value ? Date.now() : serverNowMs(),
    zone: zone.value,
    host: location.host,
  });
  const open = overview.value?.open_incidents ?? 0;
  const text = `${line.title}. ${open === 0 ? 'No alert is open.' : `${open} ${open === 1 ? 'alert is' : 'alerts are'} open.`}`;
  const nowMs = performance.now();
  if (text !== said && nowMs - saidMs >= SAY_AT_MOST_EACH_MS) {
    said = text;
    saidMs = nowMs;
  }
  return (
    <p class="hidden-text" role="status" aria-live="polite">
      {said}
    </p>
  );
}
