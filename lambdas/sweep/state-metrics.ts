import type { StreamPlan } from '../../engine/plan/plan.ts';
import { readHealth } from '../../engine/query/health.ts';
import type { SweepPorts } from '../../engine/sweep/sweep.ts';
import type { Log } from '../shared/log.ts';
import { type Metrics, noMetrics } from '../shared/metrics.ts';

/** Reading state costs read units by its size, so it is not looked at every minute, and not at all of it where there is much. */
const EVERY_MINUTES = 15;
/** About 8,000 read units: at every quarter of an hour 3 dollars a month at most, for each stream. */
const MAX_STATE_BYTES = 32 * 1024 * 1024;

interface StateMetricsDeps {
  readonly streams: readonly StreamPlan[];
  readonly ports: SweepPorts;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Every quarter of an hour: how many windows are open, and how much state there is. */
export async function tellState({ streams, ports, log, metrics }: StateMetricsDeps): Promise<void> {
  const minute = Math.floor(ports.clock.nowMs() / 60_000);
  if (metrics === noMetrics || minute % EVERY_MINUTES !== 0) return;
  for (const stream of streams) {
    try {
      await tellStateOf(stream, ports, log, metrics);
    } catch (error) {
      // The sweep is done, and only a figure is missing.
      log.warn('The size of the state could not be read. It is looked at again in a quarter of an hour.', {
        stream: stream.name,
        error,
      });
    }
  }
}

async function tellStateOf(stream: StreamPlan, { state }: SweepPorts, log: Log, metrics: Metrics): Promise<void> {
  const { idsBytes, views, isWhole } = await readHealth(stream, state, MAX_STATE_BYTES);
  if (stream.dedupe !== null) metrics.ofStream(stream.name, { IdsBytes: idsBytes });
  for (const { view, openWindows, stateBytes } of views) {
    metrics.ofView(view, { OpenWindows: openWindows, StateBytes: stateBytes });
  }
  if (isWhole) return;
  log.warn('The state is larger than what is looked at, so its figures say how much there is at least.', {
    stream: stream.name,
    lookedAtBytes: MAX_STATE_BYTES,
  });
}
