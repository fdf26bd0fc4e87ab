import { upstreamsOf } from '../ir/source-definition.ts';
import { streamOrigin } from '../plan/log.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { ItemKey, StateStore } from '../ports/state-store.ts';
import { downstreamOrigin } from '../sources/view-source.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { deployedStateWrite, IDS, loadDeployedState, type StateOwner } from '../state/deployed-state.ts';
import { idsPartition, latePartition, markerPartition, segmentPartition } from '../state/keys.ts';
import { loadProgress } from '../state/progress.ts';
import { commits } from './commits.ts';

/** Long enough to take a deployment back. A view that returns later starts over. */
const KEPT_MS = 7 * 86_400_000;
/** Items that one sweep removes of one owner. */
const MAX_ITEMS = 200;

type Owners = Readonly<Record<string, StateOwner>>;

/**
 * Removes what a view that is no longer deployed has left: its segments, markers and counts of late events, and the ids of a
 * stream that no longer drops duplicates. Nothing else removes them, for no state ends by the clock.
 *
 * It goes by what sweeps have seen deployed. A sweep of older code may take a view of newer code for gone; the next one of
 * newer code takes that back, days before anything is removed:
 *
 *   old sweep: 'w' is not mine: gone since 12:00 |
 *   new sweep:                                   | 'w' is deployed
 *
 * Progress and its pages stay, for they hold the epoch that rows are fenced by. So does what a checkpoint or a view's progress
 * lists: it would be waited for.
 */
export async function removeUndeployed(
  stream: StreamPlan,
  state: StateStore,
  checkpoints: readonly Checkpoint[],
  nowMs: number,
): Promise<void> {
  const { version, owners } = await loadDeployedState(state, stream.name);
  const next: Record<string, StateOwner> = { ...ownersNow(stream) };
  // Those of a join stand under the stream's name.
  const shards = checkpoints.flatMap(({ shard }) => [shard, streamOrigin(stream)(shard)]);
  for (const [name, owner] of Object.entries(owners)) {
    if (name in next) continue;
    const gone =
      owner.goneAtMs === null ? { ...owner, origins: [...owner.origins, ...shards], goneAtMs: nowMs } : owner;
    const isRemoved =
      nowMs - (gone.goneAtMs ?? nowMs) >= KEPT_MS && (await removeSome(stream, name, gone, state, checkpoints));
    if (!isRemoved) next[name] = gone;
  }
  if (JSON.stringify(sorted(next)) === JSON.stringify(sorted(owners))) return;
  await commits(state, [deployedStateWrite(stream.name, { version: version + 1, owners: sorted(next) })]);
}

function ownersNow({ allViews, dedupe }: StreamPlan): Owners {
  const views = allViews.map((view) => {
    return [view.key, { buckets: view.definition.buckets, origins: originsOf(view), goneAtMs: null }] as const;
  });
  const ids = dedupe === null ? [] : [[IDS, { buckets: 0, origins: [], goneAtMs: null }] as const];
  return Object.fromEntries([...views, ...ids]);
}

/** Buckets of the views that it takes rows of. What shards there are is looked at when it is gone. */
function originsOf({ source }: ViewPlan): string[] {
  return upstreamsOf(source).flatMap((upstream) =>
    Array.from({ length: upstream.definition.buckets }, (_, bucket) => downstreamOrigin(upstream, bucket)),
  );
}

/** True where nothing is left. */
async function removeSome(
  stream: StreamPlan,
  name: string,
  owner: StateOwner,
  state: StateStore,
  checkpoints: readonly Checkpoint[],
): Promise<boolean> {
  const listed = await listedItems(stream, state, checkpoints);
  let room = MAX_ITEMS;
  for (const partition of partitionsOf(stream.name, name, owner)) {
    const items = await state.query({ partition, limit: MAX_ITEMS, asStored: true });
    const keys = items.map(({ key }) => key).filter((key) => !listed.has(nameOf(key)));
    if (keys.length > 0) await state.delete(keys);
    room -= keys.length;
    if (room <= 0) return false;
  }
  return true;
}

/** Items that the last commits of shards and of views name: whoever commits next looks whether they are visible. */
async function listedItems(
  { allViews }: StreamPlan,
  state: StateStore,
  checkpoints: readonly Checkpoint[],
): Promise<ReadonlySet<string>> {
  const progresses = allViews.flatMap((view) =>
    Array.from({ length: view.definition.buckets }, (_, bucket) => loadProgress(state, view.key, bucket)),
  );
  const manifests = [...checkpoints, ...(await Promise.all(progresses))].map(({ manifest }) => manifest);
  return new Set(manifests.flat().map(({ key }) => nameOf(key)));
}

function partitionsOf(stream: string, name: string, { buckets, origins }: StateOwner): string[] {
  if (name === IDS) return origins.map((shard) => idsPartition(stream, shard));
  return Array.from({ length: buckets }, (_, bucket) => bucket).flatMap((bucket) => [
    ...origins.map((origin) => segmentPartition(name, bucket, origin)),
    markerPartition(name, bucket),
    latePartition(name, bucket),
  ]);
}

function sorted(owners: Owners): Owners {
  return Object.fromEntries(Object.entries(owners).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}/${sort}`;
}
