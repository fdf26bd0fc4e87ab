import { greatest } from '../lists/extremes.ts';
import { streamOrigin } from '../plan/log.ts';
import type { StateStore } from '../ports/state-store.ts';
import { loadShards, rollupCompleteFromMs } from '../state/shard-rollup.ts';
import { nodeWatermark } from '../state/watermark.ts';
import type { SourceReading, SourceSnapshot } from './source-kind.ts';
import { completeFromMs, shardOrigin } from './stream-source.ts';

/** One of several inputs of a source. */
export type InputPart = Omit<SourceSnapshot, 'settledMs'>;

/** A stream as one of several inputs: its shards stand under its name, and idle ones count as far as their floors. */
export async function streamInput(stream: string, { view, bucket, state }: SourceReading): Promise<InputPart> {
  const { checkpoints, rollup } = await loadShards(state, stream);
  const originOf = streamOrigin({ name: stream });
  return {
    watermarkMs: nodeWatermark(checkpoints, view.key),
    origins: checkpoints.map((checkpoint) => shardOrigin({ ...view, originOf }, bucket, checkpoint)),
    completeFromMs: greatest([
      rollupCompleteFromMs(rollup, view.key),
      ...checkpoints.map((checkpoint) => completeFromMs(view, checkpoint)),
    ]),
  };
}

/** How far streams have come, as inputs of a join or union. */
export function streamWatermarks(streams: readonly string[], node: string, state: StateStore): Promise<number[]> {
  return Promise.all(streams.map(async (name) => nodeWatermark((await loadShards(state, name)).checkpoints, node)));
}
