import type { StateStore } from '../ports/state-store.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { idsPartition, paneRange } from '../state/keys.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { type DedupePlan, rememberedFrom } from './id-panes.ts';

/** Deletes what no shard looks at any more. By the global watermark, for a child of a split looks at its parent's ids. */
export async function forgetIds(
  state: StateStore,
  stream: string,
  plan: DedupePlan,
  checkpoints: readonly Checkpoint[],
  watermarkMs: number,
): Promise<void> {
  const toMs = rememberedFrom(plan, watermarkMs);
  for (const { shard } of checkpoints) {
    const items = await state.query(paneRange(idsPartition(stream, shard), START_OF_TIME_MS, toMs));
    if (items.length > 0) await state.delete(items.map(({ key }) => key));
  }
}
