import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { loadSource } from '../sources/registry.ts';
import { listCheckpoints } from '../state/checkpoint.ts';
import { idsPartition, latePartition, markerPartition, missedOf, paneOf } from '../state/keys.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { StateReader } from './state-reader.ts';

/** What a view keeps in the state. */
export interface ViewHealth {
  readonly view: string;
  /** Windows that hold events and are not final; of sessions, panes that hold some. */
  readonly openWindows: number;
  readonly segments: number;
  /** Of segments, markers, counts of late events and pages, without their keys. */
  readonly stateBytes: number;
  /** Of these, what is carried on for later windows: open sessions, totals, the last rows of groups. */
  readonly carriedBytes: number;
}

/** What a stream keeps in the state beside its views. */
export interface StreamHealth {
  readonly stream: string;
  /** Ids of events that are remembered to find duplicates, in bytes; 0 where none are. */
  readonly idsBytes: number;
  readonly views: readonly ViewHealth[];
  /** Everything was read. */
  readonly isWhole: boolean;
}

/**
 * Reads how much state a stream and its views have. Looks at all of it, so it is for people and not for every second.
 *
 * @param maxBytes after so many it stops, and says that the figures are not whole: what they count is there, and more may be.
 */
export async function readHealth(
  stream: StreamPlan,
  state: StateStore,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<StreamHealth> {
  const reader = new StateReader(state, maxBytes);
  const checkpoints = stream.dedupe === null ? [] : await listCheckpoints(state, stream.name);
  let idsBytes = 0;
  for (const { shard } of checkpoints) idsBytes += await reader.bytesOf(idsPartition(stream.name, shard));
  const views: ViewHealth[] = [];
  for (const view of stream.allViews.filter(({ log }) => log === null))
    views.push(await readViewHealth(view, state, reader));
  return { stream: stream.name, idsBytes, views, isWhole: !reader.isSpent };
}

async function readViewHealth(view: ViewPlan, state: StateStore, reader: StateReader): Promise<ViewHealth> {
  const open = new Set<number>();
  let [segments, stateBytes, carriedBytes] = [0, 0, 0];
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const progress = await loadProgress(state, view.key, bucket);
    const { origins } = await loadSource(view, bucket, state);
    for (const { partition } of origins) {
      for await (const item of reader.read(partition)) {
        const { key } = item;
        for (const startMs of view.window.openWindows(paneOf(key), missedOf(key), progress.closedUpToMs))
          open.add(startMs);
        stateBytes += item.bytes;
        segments++;
      }
    }
    const carried = carriedBytesOf(progress);
    carriedBytes += carried;
    stateBytes += carried + [...progress.ledger, progress.patch].reduce((sum, { bytes }) => sum + bytes, 0);
    stateBytes += await reader.bytesOf(markerPartition(view.key, bucket));
    stateBytes += await reader.bytesOf(latePartition(view.key, bucket));
  }
  return { view: view.name, openWindows: open.size, segments, stateBytes, carriedBytes };
}

/** As progress says, so that no page is read for it. The maps of a pass share most of their pages. */
function carriedBytesOf({ carried, pass }: Progress): number {
  return Math.max(carried.bytes, pass?.state?.bytes ?? 0, pass?.atCutoff?.bytes ?? 0);
}
