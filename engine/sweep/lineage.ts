import type { ShardInfo, ShardTopology } from '../ports/shard-topology.ts';
import type { StateStore } from '../ports/state-store.ts';
import { allSettled } from '../settle.ts';
import { type Checkpoint, checkpointWrite, listCheckpoints, newCheckpoint } from '../state/checkpoint.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';

/**
 * Gives every shard of a stream a checkpoint, so that each takes part in the minimum that the global watermark is.
 *
 * A child of a split or merge begins with the minimum of its parents' watermarks: what it delivers comes after what
 * they delivered. A parent that has no checkpoint itself (a shard split twice before anything was read) counts with its
 * own parents' minimum, up the line.
 */
export async function registerShards(
  state: StateStore,
  topology: ShardTopology,
  stream: string,
): Promise<readonly Checkpoint[]> {
  const shards = await topology.shards(stream);
  const known = new Map((await listCheckpoints(state, stream)).map((checkpoint) => [checkpoint.shard, checkpoint]));
  const missing = shards.filter((shard) => !known.has(shard.id));
  if (missing.length === 0) return [...known.values()];
  const byId = new Map(shards.map((shard) => [shard.id, shard]));
  // A writer that was faster made the same checkpoint, or a later one: either will do.
  await allSettled(
    missing.map((shard) => {
      const unread = newCheckpoint(shard.id, shard.parents, inheritedWatermark(shard, byId, known));
      return state.transact([checkpointWrite(stream, unread, { ...unread, version: 1 })]);
    }),
  );
  return listCheckpoints(state, stream);
}

function inheritedWatermark(
  shard: ShardInfo,
  shards: ReadonlyMap<string, ShardInfo>,
  checkpoints: ReadonlyMap<string, Checkpoint>,
): number {
  const inherited = shard.parents.map((id) => {
    const parent = shards.get(id);
    return (
      checkpoints.get(id)?.watermarkMs ?? (parent ? inheritedWatermark(parent, shards, checkpoints) : START_OF_TIME_MS)
    );
  });
  return inherited.length === 0 ? START_OF_TIME_MS : Math.min(...inherited);
}
