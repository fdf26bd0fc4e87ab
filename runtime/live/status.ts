import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { streamNames } from '../../engine/ir/source-definition.ts';
import { valueNames } from '../../engine/ir/view-definition.ts';
import { greatest } from '../../engine/lists/extremes.ts';
import type { StreamPlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { Checkpoint } from '../../engine/state/checkpoint.ts';
import { loadProgress } from '../../engine/state/progress.ts';
import { loadShards, totalCountedLate, totalCounters } from '../../engine/state/shard-rollup.ts';
import { globalWatermark } from '../../engine/state/watermark.ts';
import { START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { InputStatus, ReplayStatus, StreamStatus, ViewStatus } from '../live-status.ts';
import type { ClosedWindows } from './closed-windows.ts';
import type { OpenStatus } from './open-status.ts';
import type { StuckWatch } from './stuck-watch.ts';

export async function streamStatus(
  stream: StreamPlan,
  stores: EmbeddedStores,
  replay: ReplayStatus | null,
  inputs: readonly InputStatus[],
): Promise<Omit<StreamStatus, 'eventsPerSecond'>> {
  const all = await loadShards(stores.state, stream.name);
  const { checkpoints, rollup } = all;
  const shards = checkpoints.map((checkpoint) => ({
    id: checkpoint.shard,
    watermarkMs: known(checkpoint.watermarkMs),
    lag: stores.log.lag(stream.name, checkpoint.shard, checkpoint.position?.sequence ?? null),
  }));
  return {
    name: stream.name,
    shards,
    watermarkMs: known(globalWatermark(checkpoints)),
    latestEventMs: latestEvent([rollup, ...checkpoints]),
    counters: totalCounters(all),
    countedLate: totalCountedLate(all),
    deadByReason: stores.deadLetters.countByReason(stream.name),
    replay,
    inputs,
  };
}

/** What remembers of a view from one status to the next. */
export interface ViewWatchers {
  readonly closed: ClosedWindows;
  readonly open: OpenStatus;
  readonly stuck: StuckWatch;
}

export async function viewStatus(
  view: ViewPlan,
  stores: EmbeddedStores,
  { closed, open, stuck }: ViewWatchers,
  state: ViewStatus['state'],
): Promise<ViewStatus> {
  const { definition } = view;
  const { rows, windows, changes } = stores.results.count(view.key);
  const closedUpToMs = await closedUpTo(view, stores);
  return {
    name: view.name,
    stream: streamNames(definition),
    groupBy: definition.groupBy.map(({ name }) => name),
    columns: valueNames(definition),
    window: definition.window,
    finalRows: rows,
    finalWindows: windows,
    changes,
    state,
    stuck: await stuck.read(),
    closedUpToMs,
    open: await open.read(closedUpToMs),
    closed: await closed.read(),
  };
}

/** The least of the buckets: up to there every group's windows are closed. */
async function closedUpTo({ key, definition }: ViewPlan, { state }: EmbeddedStores): Promise<number | null> {
  let least = Number.POSITIVE_INFINITY;
  for (let bucket = 0; bucket < definition.buckets; bucket++) {
    least = Math.min(least, (await loadProgress(state, key, bucket)).closedUpToMs);
  }
  return known(least);
}

function known(watermarkMs: number): number | null {
  return watermarkMs <= START_OF_TIME_MS ? null : watermarkMs;
}

function latestEvent(seen: readonly Pick<Checkpoint, 'latestEventMs'>[]): number | null {
  const times = seen.map(({ latestEventMs }) => latestEventMs).filter((timeMs) => timeMs !== null);
  return times.length === 0 ? null : greatest(times);
}
