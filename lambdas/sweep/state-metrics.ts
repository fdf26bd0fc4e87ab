import type { StreamPlan } from '../../engine/plan/plan.ts';
import { readHealth, type ViewHealth } from '../../engine/query/health.ts';
import { loadViewSizes, viewSizesWrite } from '../../engine/state/view-sizes.ts';
import { commits } from '../../engine/sweep/commits.ts';
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

async function tellStateOf(
  stream: StreamPlan,
  { state, clock }: SweepPorts,
  log: Log,
  metrics: Metrics,
): Promise<void> {
  const { idsBytes, views, isWhole } = await readHealth(stream, state, MAX_STATE_BYTES);
  await keepSizes(stream.name, { views, isWhole, atMs: clock.nowMs() }, state);
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

/** For the API: it would read the whole state for them. Where another sweep was faster, its figures are as good. */
async function keepSizes(
  stream: string,
  { views, isWhole, atMs }: { readonly views: readonly ViewHealth[]; readonly isWhole: boolean; readonly atMs: number },
  state: SweepPorts['state'],
): Promise<void> {
  const last = await loadViewSizes(state, stream);
  const sizes = views.map(({ view, stateBytes, openWindows }) => [view, { stateBytes, openWindows }] as const);
  const version = (last?.version ?? 0) + 1;
  await commits(state, [viewSizesWrite(stream, { version, atMs, isWhole, views: Object.fromEntries(sizes) })]);
}
