import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import type { ShardTopology } from '../ports/shard-topology.ts';
import { type Checkpoint, checkpointWrite, loadCheckpoint } from '../state/checkpoint.ts';
import { registerShards } from './register-shards.ts';

/** Attempts against a poller of an earlier generation that still commits. */
const MAX_ATTEMPTS = 20;

/**
 * Takes the shards of a stream over from earlier generations of the code, before this one reads anything. A generation that
 * came with the first commit would come too late:
 *
 *   old:  loads v7 | holds a batch ............................... | commits v8: its plan, not the new one
 *   new:           | opens with generation 5, has committed nothing |
 *
 * So the generation is a commit of its own, which raises the version. The old commit then finds v8 in place of v7, nothing of
 * it is written, and the checkpoint tells it to stop. The batch stays in the stream, and the new generation reads it.
 *
 * What the last commit wrote stays in the manifest: readers wait for it as before.
 *
 * @throws StoreError `conflict` where others were faster each time.
 */
export async function takeOver(
  ports: SharedState & { readonly topology: ShardTopology },
  stream: string,
  generation: number,
): Promise<void> {
  const { checkpoints } = await registerShards(ports, stream);
  for (const { shard } of checkpoints) {
    await withRetries(MAX_ATTEMPTS, ports.pause, () => takeOverShard(ports, stream, shard, generation));
  }
}

async function takeOverShard(
  { state }: SharedState,
  stream: string,
  shard: string,
  generation: number,
): Promise<Checkpoint | null | Again> {
  const previous = await loadCheckpoint(state, stream, shard);
  // A sweep may have deleted a retired shard's. A later generation has the shard already: whoever commits is told so.
  if (previous === null || previous.generation >= generation) return previous;
  const next = { ...previous, version: previous.version + 1, generation };
  const outcome = await state.transact([checkpointWrite(stream, previous, next)]);
  return outcome.kind === 'committed' ? next : new Again(() => outrun(stream, shard));
}

function outrun(stream: string, shard: string): StoreError {
  return new StoreError(
    'conflict',
    `Stream '${stream}', shard ${shard}: an earlier generation of the code committed ${MAX_ATTEMPTS} times in a row, and it could not be taken over. Stop the other process, and start again.`,
  );
}
