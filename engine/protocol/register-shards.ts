import { StoreError } from '../ports/errors.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import type { ShardInfo, ShardTopology } from '../ports/shard-topology.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type Checkpoint, checkpointWrite, listCheckpoints, newCheckpoint } from '../state/checkpoint.ts';
import { loadRollup, rollupWrite, type ShardRollup } from '../state/shard-rollup.ts';
import { watermarkFor } from '../state/watermark.ts';

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
 * A shard whose checkpoint was deleted must not be registered again, whatever an old listing says. The roll-up names it.
 * So the roll-up is read before the shards are listed, and the transaction that makes a checkpoint raises its version:
 *
 *   sweep 1   reads the roll-up: v3 | lists A | ............................. frozen | makes A over v3: refused
 *   sweep 2                                     A is not listed: rolls it up, v4     |
 *   sweep 3                                     deletes its checkpoint               |
 */
export async function registerShards(
  { state, pause, topology }: SharedState & { readonly topology: ShardTopology },
  stream: string,
): Promise<Registered> {
  const first = await look(state, topology, stream);
  if (first.unknown.length === 0) return first;
  const outrun = () =>
    new StoreError(
      'conflict',
      `Stream '${stream}': its shards could not be registered in ${MAX_ROUNDS} rounds, for other writers were faster.`,
    );
  return withRetries<Registered>(MAX_ROUNDS, pause, async () => {
    let rollup = await loadRollup(state, stream);
    const { shards, unknown, known, checkpoints, listed } = await look(state, topology, stream);
    const gone = new Set(rollup.recent.map(({ shard }) => shard));
    const next = unknown.filter((shard) => !gone.has(shard.id) && parentsKnown(shard, shards, known));
    if (next.length === 0) return { checkpoints, listed };
    // One after the other: brothers share parents, whose versions rise with each.
    for (const shard of next) {
      const raised: ShardRollup = { ...rollup, version: rollup.version + 1 };
      if (!(await register(state, stream, shard, known, raised))) break;
      rollup = raised;
    }
    return new Again(outrun);
  });
}

/** The shards that the source lists, with and without checkpoints. */
async function look(state: StateStore, topology: ShardTopology, stream: string) {
  const shards = await topology.shards(stream);
  const checkpoints = await listCheckpoints(state, stream);
  const known = new Map(checkpoints.map((checkpoint) => [checkpoint.shard, checkpoint]));
  return {
    shards,
    checkpoints,
    known,
    listed: new Set(shards.map(({ id }) => id)),
    unknown: shards.filter(({ id }) => !known.has(id)),
  };
}

/** Parents that the source no longer lists, and that were never read, have nothing to hand down. */
function parentsKnown(shard: ShardInfo, shards: readonly ShardInfo[], known: ReadonlyMap<string, Checkpoint>): boolean {
  return shard.parents.every((parent) => known.has(parent) || !shards.some(({ id }) => id === parent));
}

/** Registers a shard on what is known of the others. False if that has changed meanwhile: then nothing has happened. */
async function register(
  state: StateStore,
  stream: string,
  shard: ShardInfo,
  known: Map<string, Checkpoint>,
  rollup: ShardRollup,
): Promise<boolean> {
  const { watermarkMs, floors, holders } = inherited(shard, known);
  const unread = newCheckpoint(shard.id, shard.parents, watermarkMs);
  const first: Checkpoint = { ...unread, ...(floors !== null && { floors }), version: 1 };
  const writes = [checkpointWrite(stream, unread, first), rollupWrite(stream, rollup)];
  const held = holders.map((holder) => ({ ...holder, version: holder.version + 1 }));
  for (const [index, holder] of holders.entries()) {
    writes.push(checkpointWrite(stream, holder, held[index] as Checkpoint));
  }
  try {
    const outcome = await state.transact(writes);
    if (outcome.kind === 'conditionFailed') return false;
    for (const written of [first, ...held]) known.set(written.shard, written);
    return true;
  } catch (error) {
    // Another writer, or an unknown outcome: the next round looks at what is there.
    if (!(error instanceof StoreError) || error.code === 'throttled') throw error;
    return false;
  }
}

/**
 * What a new shard begins with: the lowest watermark of its parents, or of all, and so for each join. The checkpoints that hold
 * these minima are held until it is registered. Retired ones are not in the minimum any more, and may lie below it.
 */
function inherited(shard: ShardInfo, known: ReadonlyMap<string, Checkpoint>) {
  const active = [...known.values()].filter(({ retired }) => !retired);
  const parents = active.filter((checkpoint) => shard.parents.includes(checkpoint.shard));
  const candidates = parents.length > 0 ? parents : active;
  const lowest = lowestBy(candidates, ({ watermarkMs }) => watermarkMs);
  const holders = new Set(lowest === null ? [] : [lowest]);
  const floors: Record<string, number> = {};
  for (const node of new Set(candidates.flatMap((checkpoint) => Object.keys(checkpoint.floors ?? {})))) {
    const holder = lowestBy(candidates, (checkpoint) => watermarkFor(checkpoint, node)) as Checkpoint;
    floors[node] = watermarkFor(holder, node);
    holders.add(holder);
  }
  const hasFloors = Object.keys(floors).length > 0;
  return { watermarkMs: lowest?.watermarkMs, floors: hasFloors ? floors : null, holders: [...holders] };
}

function lowestBy(checkpoints: readonly Checkpoint[], of: (checkpoint: Checkpoint) => number): Checkpoint | null {
  return checkpoints.reduce<Checkpoint | null>(
    (lowest, checkpoint) => (lowest === null || of(checkpoint) < of(lowest) ? checkpoint : lowest),
    null,
  );
}
