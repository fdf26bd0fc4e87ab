import { addStoredIds } from '../dedupe/id-codec.ts';
import { type DedupePlan, IdPanes, rememberedFrom } from '../dedupe/id-panes.ts';
import type { SharedState } from '../ports/retry.ts';
import type { StateStore } from '../ports/state-store.ts';
import { awaitVisible } from '../protocol/visibility.ts';
import { type Checkpoint, loadCheckpoint } from '../state/checkpoint.ts';
import { StateFormatError } from '../state/errors.ts';
import { idsPartition, paneOf, paneRange } from '../state/keys.ts';
import { END_OF_TIME_MS } from '../time/instant.ts';

/**
 * The ids that a shard remembers: its own and those of its parents, because a producer may send an event again after a
 * split. A container that begins reads them all, about 8 bytes for each event of `within`.
 *
 * Ids go when no current checkpoint needs them, so those of an older checkpoint cannot be read:
 *
 *   container A: loads v3 | frozen ............................ | reads the ids after v3: some are gone
 *   container B:            commits v4 … v7 | lets go of old ids
 *
 * Then the answer is `overtaken`: load the checkpoint again. Without that A would take duplicates for late events.
 */
export async function loadIds(
  ports: SharedState,
  stream: string,
  plan: DedupePlan,
  checkpoint: Checkpoint,
): Promise<IdPanes | 'overtaken'> {
  const { state } = ports;
  const known = new IdPanes();
  // Read to its end, it takes in nothing any more; its watermark stands still, and its ids go by that of the others.
  if (checkpoint.retired) return known;
  const fromMs = rememberedFrom(plan, checkpoint.watermarkMs);
  const isOvertaken = async () =>
    (await loadCheckpoint(state, stream, checkpoint.shard))?.version !== checkpoint.version;
  for (const shard of await withAncestors(state, stream, checkpoint)) {
    const partition = idsPartition(stream, shard.shard);
    const listed = shard.manifest.filter(({ key }) => key.partition === partition && paneOf(key) >= fromMs);
    await awaitVisible(ports, `Stream '${stream}', shard ${shard.shard}`, listed, isOvertaken);
    for (const { key, data } of await state.query(paneRange(partition, fromMs, END_OF_TIME_MS))) {
      if (typeof data === 'string') throw new StateFormatError(key, 'ids of events are bytes');
      addStoredIds(known.pane(paneOf(key)), data);
    }
  }
  if (await isOvertaken()) return 'overtaken';
  known.forget(fromMs);
  return known;
}

async function withAncestors(
  state: StateStore,
  stream: string,
  checkpoint: Checkpoint,
): Promise<readonly Checkpoint[]> {
  const found = new Map([[checkpoint.shard, checkpoint]]);
  for (const { parents } of found.values()) {
    for (const parent of parents) {
      if (found.has(parent)) continue;
      const loaded = await loadCheckpoint(state, stream, parent);
      if (loaded !== null) found.set(parent, loaded);
    }
  }
  return [...found.values()];
}
