import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import type { ShardInfo, ShardTopology } from '../ports/shard-topology.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type Checkpoint, checkpointWrite, listCheckpoints, newCheckpoint } from '../state/checkpoint.ts';
import { loadRollup } from '../state/shard-rollup.ts';

export interface Registered {
  readonly checkpoints: readonly Checkpoint[];
  /** Names of the shards that the source lists. */
  readonly listed: ReadonlySet<string>;
}

/** Rounds of registering against writers that do the same, or commit on the parents meanwhile. */
const MAX_ROUNDS = 20;

/**
 * Gives every shard of a stream a checkpoint, so that each takes part in the minimum that the global watermark is.
 *
 * A child of a split or merge begins with the minimum of its parents' watermarks: what it delivers comes after what
 * they delivered. Parents get their checkpoints first, so a shard that was split twice before anything was read counts
 * with what it inherited itself. A shard without known parents, as in a stream that was made again, begins with the
 * global watermark: below it, windows may be final.
 *
 * The checkpoint is made in one transaction with a new version of the one that holds that minimum, or the global
 * watermark could go back:
 *
 *   sweep reads the parent: 10:04 | .                                    | child registered with 10:04: G = 10:04
 *   parent:                       | commits 10:13, alone in the minimum: G = 10:13
 *
 * A shard whose checkpoint was deleted is none that has to be registered, whatever an old listing says. The roll-up is
 * read after the checkpoints, so it names every shard that is missed among them:
 *
 *   sweep 1   lists the shards: A is there | ........................ frozen | no checkpoint of A | the roll-up names it
 *   sweep 2                                  A is not listed, rolls it up    |
 *   sweep 3                                          deletes its checkpoint  |
 */
export async function registerShards(
  { state, pause, topology }: SharedState & { readonly topology: ShardTopology },
  stream: string,
): Promise<Registered> {
  const shards = await topology.shards(stream);
  const listed = new Set(shards.map(({ id }) => id));
  let checkpoints = await listCheckpoints(state, stream);
  const outrun = () =>
    new StoreError(
      'conflict',
      `Stream '${stream}': its shards could not be registered in ${MAX_ROUNDS} rounds, for other writers were faster.`,
    );
  return withRetries(MAX_ROUNDS, pause, async () => {
    const known = new Map(checkpoints.map((checkpoint) => [checkpoint.shard, checkpoint]));
    const unknown = shards.filter(({ id }) => !known.has(id));
    const gone = unknown.length === 0 ? [] : (await loadRollup(state, stream)).recent;
    const next = unknown.filter(
      (shard) => !gone.some((rolledUp) => rolledUp.shard === shard.id) && parentsKnown(shard, shards, known),
    );
    if (next.length === 0) return { checkpoints, listed };
    // One after the other: brothers share parents, whose versions rise with each.
    for (const shard of next) await register(state, stream, shard, known);
    checkpoints = await listCheckpoints(state, stream);
    return new Again(outrun);
  });
}

/** Parents that the source no longer lists, and that were never read, have nothing to hand down. */
function parentsKnown(shard: ShardInfo, shards: readonly ShardInfo[], known: ReadonlyMap<string, Checkpoint>): boolean {
  return shard.parents.every((parent) => known.has(parent) || !shards.some(({ id }) => id === parent));
}

/** Registers a shard on what is known of the others; if that has changed meanwhile, nothing happens. */
async function register(
  state: StateStore,
  stream: string,
  shard: ShardInfo,
  known: Map<string, Checkpoint>,
): Promise<void> {
  const holder = watermarkHolder(shard, known);
  const unread = newCheckpoint(shard.id, shard.parents, holder?.watermarkMs);
  const first = { ...unread, version: 1 };
  const writes = [checkpointWrite(stream, unread, first)];
  const held = holder && { ...holder, version: holder.version + 1 };
  if (holder && held) writes.push(checkpointWrite(stream, holder, held));
  try {
    const outcome = await state.transact(writes);
    if (outcome.kind === 'conditionFailed') return;
    for (const written of held ? [first, held] : [first]) known.set(written.shard, written);
  } catch (error) {
    // Another writer, or an unknown outcome: the next round looks at what is there.
    if (!(error instanceof StoreError) || error.code === 'throttled') throw error;
  }
}

/**
 * The checkpoint whose watermark a new shard begins with: the lowest of its parents, or of all. Retired ones are not in
 * the minimum any more, and may lie below it.
 */
function watermarkHolder(shard: ShardInfo, known: ReadonlyMap<string, Checkpoint>): Checkpoint | null {
  const active = [...known.values()].filter(({ retired }) => !retired);
  const parents = active.filter((checkpoint) => shard.parents.includes(checkpoint.shard));
  const candidates = parents.length > 0 ? parents : active;
  return candidates.reduce<Checkpoint | null>(
    (lowest, checkpoint) => (lowest === null || checkpoint.watermarkMs < lowest.watermarkMs ? checkpoint : lowest),
    null,
  );
}
