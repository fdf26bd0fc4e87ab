import { greatest } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { formatPosition } from '../ports/position.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { segmentPartition } from '../state/keys.ts';
import { loadShards, rollupCompleteFromMs } from '../state/shard-rollup.ts';
import { globalWatermark } from '../state/watermark.ts';
import type { Origin, SourceKind, Standing } from './source-kind.ts';

/** A stream: its origins are the shards, and the least of their watermarks is its own. */
export const streamSource: SourceKind<'stream'> = {
  async load({ stream }, { view, bucket, state }) {
    const { checkpoints, rollup } = await loadShards(state, stream.name);
    const gone = rollupCompleteFromMs(rollup, view.key);
    return {
      ...standingAt(view, globalWatermark(checkpoints)),
      origins: checkpoints.map((checkpoint) => shardOrigin(view, bucket, checkpoint)),
      completeFromMs: greatest([gone, ...checkpoints.map((checkpoint) => completeFromMs(view, checkpoint))]),
    };
  },
  standing: async (_, { view }, watermarkMs) => standingAt(view, watermarkMs),
  othersMs: async () => null,
  words: ({ stream }) => `stream ${stream.name}`,
  sql: ({ stream }, { events }) => events(stream),
};

function standingAt({ definition }: ViewPlan, watermarkMs: number): Standing {
  // A global window takes older events too, but into the pane that is current.
  return { watermarkMs, settledMs: watermarkMs - definition.allowedLatenessMs };
}

/** A shard as an origin of segments. */
export function shardOrigin(view: ViewPlan, bucket: number, checkpoint: Checkpoint): Origin {
  return {
    name: view.originOf(checkpoint.shard),
    version: checkpoint.version,
    position: checkpoint.position === null ? '' : formatPosition(checkpoint.position),
    partition: segmentPartition(view.key, bucket, view.originOf(checkpoint.shard)),
    latestMs: view.window.latestPaneMs(latestEventMs(checkpoint)),
    manifest: checkpoint.manifest,
  };
}

/** A shard that was read before the view was deployed, and not since: what it has seen, the view has not. */
export function completeFromMs({ key }: ViewPlan, checkpoint: Checkpoint): number {
  return checkpoint.views[key] ?? latestEventMs(checkpoint) + 1;
}

function latestEventMs(checkpoint: Checkpoint): number {
  return checkpoint.latestEventMs ?? Number.NEGATIVE_INFINITY;
}
