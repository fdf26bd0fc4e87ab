import type { ViewPlan } from '../plan/plan.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import type { Checkpoint, ManifestEntry } from '../state/checkpoint.ts';
import { StaleReadError } from '../state/errors.ts';
import { type PaneAddress, paneAddress } from '../state/keys.ts';
import { loadProgress } from '../state/progress.ts';

/** Reads of a segment before it is given up on, with a pause between two. */
const MAX_READS = 100;

/**
 * Makes sure that everything is visible which a checkpoint lists, before the next commit puts its own list in the place
 * of this one. A container that made the commit itself knows; one that loads the checkpoint looks.
 *
 *   T7:         checkpoint v7, lists S7 ........................................ S7
 *   container:                  loads v7 | commits v8, lists S8
 *   finalizer:                                         reads v8 | reads S8, misses S7, for nothing lists it any more
 *
 * Segments are waited for, unless their pane is gone. A marker that is not there was dealt with, or is not visible yet,
 * and nobody can tell: its pane is returned, for the next commit to mark it again. One look too many changes nothing.
 */
export async function awaitManifest(
  ports: SharedState,
  checkpoint: Checkpoint,
  views: readonly ViewPlan[],
): Promise<readonly PaneAddress[]> {
  // Nobody finalizes a view that is no longer deployed, and its items are removed: they are not waited for. Ids of events are
  // waited for by whoever reads them.
  const entries = checkpoint.manifest.filter(({ key }) => views.some((view) => view.key === paneAddress(key)?.view));
  return awaitVisible(ports, `Shard ${checkpoint.shard}`, entries);
}

/**
 * Waits for listed items, and returns the panes of the markers that are not there. `who` has listed them; `isGone` tells
 * whether items of no view need not be waited for any more.
 */
export async function awaitVisible(
  ports: SharedState,
  who: string,
  entries: readonly ManifestEntry[],
  isGone: () => Promise<boolean> = async () => false,
): Promise<readonly PaneAddress[]> {
  const unmarked = await Promise.all(entries.map((entry) => awaitEntry(ports, who, entry, isGone)));
  return unmarked.filter((address) => address !== null);
}

async function awaitEntry(
  { state, pause }: SharedState,
  who: string,
  { key, version }: ManifestEntry,
  isGone: () => Promise<boolean>,
): Promise<PaneAddress | null> {
  const address = paneAddress(key);
  const notFound = () =>
    new StaleReadError(
      `${who}: its last commit lists the item ${key.partition} / ${key.sort}, which ${MAX_READS} reads did not find.`,
    );
  return withRetries<PaneAddress | null>(MAX_READS, pause, async () => {
    const item = await state.get(key);
    if (item !== null && item.version >= version) return null;
    if (address === null) return (await isGone()) ? null : new Again(notFound);
    const { stateCutoffMs } = await loadProgress(state, address.view, address.bucket);
    if (address.paneStartMs < stateCutoffMs) return null;
    return address.kind === 'marker' ? address : new Again(notFound);
  });
}
