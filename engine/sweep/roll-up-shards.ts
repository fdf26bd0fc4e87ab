import { type DedupePlan, rememberedFrom } from '../dedupe/id-panes.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type Checkpoint, checkpointWrite } from '../state/checkpoint.ts';
import {
  checkpointKey,
  idsPartition,
  markerOrigin,
  markerPartition,
  paneAddress,
  segmentPartition,
} from '../state/keys.ts';
import { loadProgress } from '../state/progress.ts';
import { rollupWrite, type ShardRollup, withShard } from '../state/shard-rollup.ts';
import { commits } from './commits.ts';

/** Shards that one sweep looks at: each is a query for every view and bucket. Resharding a day makes a dozen. */
const MAX_LOOKED_AT = 20;
/** How long a name stays in the roll-up at least: no call that began before lives so long. */
const REMEMBERED_MS = 86_400_000;

export interface SweptShards {
  /** Of all shards, as they are now. */
  readonly checkpoints: readonly Checkpoint[];
  /** Names of the shards that the source lists. */
  readonly listed: ReadonlySet<string>;
  /** Read after the checkpoints that the sweep began with. */
  readonly rollup: ShardRollup;
  readonly watermarkMs: number;
  readonly nowMs: number;
}

/**
 * Lets checkpoints of retired shards go once nothing needs them, for a stream that is resharded every day would have a
 * thousand after three months. First their figures go into the roll-up, and a later sweep that sees them there deletes
 * the checkpoint; `loadShards` draws why. Returns the names of the shards that were rolled up.
 *
 * A shard is needed while
 * - the source lists it, or it would be taken for a new one. Kinesis lists a closed shard until its retention is over;
 * - a view has a segment of it, or its last commit lists one that may not be visible yet;
 * - a view has a marker of it: a pass deals with markers of the checkpoints that it read;
 * - events of its children are compared with its ids, or an id is left to delete;
 * - its parents have checkpoints: ids of ancestors are found by way of their children.
 */
export async function rollUpShards(stream: StreamPlan, state: StateStore, swept: SweptShards): Promise<string[]> {
  await deleteCheckpoints(stream.name, state, swept);
  let rollup = swept.rollup;
  const done: string[] = [];
  const found = candidates(swept).slice(0, MAX_LOOKED_AT);
  const marked = found.length === 0 ? new Set<string>() : await markedShards(stream, state);
  for (const checkpoint of found) {
    if (stream.views.some((view) => marked.has(view.originOf(checkpoint.shard)))) continue;
    if (await isNeeded(stream, checkpoint, state, swept.watermarkMs)) continue;
    const next = withShard(forgotten(rollup, swept), checkpoint, stream.views, swept.nowMs);
    const rolledUp = { ...checkpoint, rolledUp: true, version: checkpoint.version + 1 };
    // A batch that is discarded just now is counted in the checkpoint, or, if that is rolled up, in the roll-up.
    const writes = [rollupWrite(stream.name, next), checkpointWrite(stream.name, checkpoint, rolledUp)];
    if (!(await commits(state, writes))) break;
    rollup = next;
    done.push(checkpoint.shard);
  }
  return done;
}

/** Deletes checkpoints that the roll-up was seen to hold, and that nobody has changed since. */
async function deleteCheckpoints(
  stream: string,
  state: StateStore,
  { checkpoints, rollup }: SweptShards,
): Promise<void> {
  const names = new Set(rollup.recent.map(({ shard }) => shard));
  for (const { shard, version, rolledUp } of checkpoints) {
    if (!rolledUp || !names.has(shard)) continue;
    await commits(state, [
      { kind: 'delete', key: checkpointKey(stream, shard), condition: { kind: 'version', is: version } },
    ]);
  }
}

/** Retired shards, parents before their children. */
function candidates({ checkpoints, listed }: SweptShards): Checkpoint[] {
  const kept = new Set(checkpoints.filter(({ rolledUp }) => !rolledUp).map(({ shard }) => shard));
  return checkpoints.filter(
    ({ shard, retired, rolledUp, parents }) =>
      retired && !rolledUp && !listed.has(shard) && !parents.some((parent) => kept.has(parent)),
  );
}

/** A roll-up without the names that nobody can come upon any more. */
function forgotten(rollup: ShardRollup, { checkpoints, listed, nowMs }: SweptShards): ShardRollup {
  const stored = new Set(checkpoints.map(({ shard }) => shard));
  const recent = rollup.recent.filter(
    ({ shard, atMs }) => stored.has(shard) || listed.has(shard) || nowMs - atMs < REMEMBERED_MS,
  );
  return { ...rollup, recent };
}

/** Names of the shards that have markers of late events. */
async function markedShards(stream: StreamPlan, state: StateStore): Promise<ReadonlySet<string>> {
  const marked = new Set<string>();
  for (const view of stream.views) {
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
      const markers = await state.query({ partition: markerPartition(view.key, bucket) });
      for (const { key } of markers) marked.add(markerOrigin(key).origin);
    }
  }
  return marked;
}

async function isNeeded(
  stream: StreamPlan,
  checkpoint: Checkpoint,
  state: StateStore,
  watermarkMs: number,
): Promise<boolean> {
  if (stream.dedupe !== null && (await hasIds(stream.name, stream.dedupe, checkpoint, state, watermarkMs))) return true;
  const found = await Promise.all(stream.views.map((view) => hasSegments(view, checkpoint, state)));
  return found.includes(true) || listsUnseen(stream, checkpoint, state);
}

async function hasSegments(view: ViewPlan, { shard }: Checkpoint, state: StateStore): Promise<boolean> {
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const partition = segmentPartition(view.key, bucket, view.originOf(shard));
    if ((await state.query({ partition, limit: 1, asStored: true })).length > 0) return true;
  }
  return false;
}

async function hasIds(
  stream: string,
  dedupe: DedupePlan,
  { shard, latestEventMs }: Checkpoint,
  state: StateStore,
  watermarkMs: number,
): Promise<boolean> {
  if (latestEventMs !== null && latestEventMs >= rememberedFrom(dedupe, watermarkMs)) return true;
  return (await state.query({ partition: idsPartition(stream, shard), limit: 1, asStored: true })).length > 0;
}

/**
 * Whether its last commit lists a segment or a marker of a pane that a view still reads. It was not found, so it may not
 * be visible yet:
 *
 *   T:      checkpoint, lists S ................................ S
 *   sweep:                       sees no segment of the shard
 */
async function listsUnseen(stream: StreamPlan, { manifest }: Checkpoint, state: StateStore): Promise<boolean> {
  for (const { key } of manifest) {
    const address = paneAddress(key);
    if (address === null || !stream.views.some((view) => view.key === address.view)) continue;
    const { stateCutoffMs } = await loadProgress(state, address.view, address.bucket);
    if (address.paneStartMs >= stateCutoffMs) return true;
  }
  return false;
}
