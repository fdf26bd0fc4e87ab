import { type DedupePlan, rememberedFrom } from '../dedupe/id-panes.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { idsPartition, paneRange } from '../state/keys.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';

/** Items of a shard that one call deletes: more than a shard writes in a minute, few enough to read at once. */
const MAX_ITEMS = 200;

/**
 * Deletes ids that no shard looks at any more, some at a time, the oldest first. It goes by the global watermark,
 * because a child of a split looks at its parent's ids.
 */
export async function forgetIds(
  state: StateStore,
  stream: string,
  plan: DedupePlan,
  checkpoints: readonly Checkpoint[],
  watermarkMs: number,
): Promise<void> {
  const toMs = rememberedFrom(plan, watermarkMs);
  for (const { shard } of checkpoints) {
    const range = paneRange(idsPartition(stream, shard), START_OF_TIME_MS, toMs);
    const items = await state.query({ ...range, limit: MAX_ITEMS, asStored: true });
    if (items.length > 0) await state.delete(items.map(({ key }) => key));
  }
}
