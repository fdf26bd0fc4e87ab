import type { StreamPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { othersWatermark } from '../sources/registry.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import { watermarkFor } from '../state/watermark.ts';

type Floors = Readonly<Record<string, number>>;

/**
 * By key of each join and union that takes the stream's events: how far its other inputs have come. Idle shards of the stream count as far as
 * that there, whether or not they ever had an event.
 *
 * The stream's own watermark stays where it is. To raise it would make events late in the views of that stream alone; to leave
 * the stream out of the join's minimum would lose events that are on time; and to do nothing would stall the join for ever.
 */
export async function joinFloors(stream: StreamPlan, state: StateStore): Promise<Floors> {
  const floors: Record<string, number> = {};
  for (const view of stream.views) {
    const othersMs = await othersWatermark(view, stream.name, state);
    if (othersMs !== null) floors[view.key] = othersMs;
  }
  return floors;
}

/** The change of a checkpoint that raises its floors; nothing where they are as high. Those of joins that are gone go. */
export function raisedFloors(checkpoint: Checkpoint, floors: Floors): Pick<Checkpoint, 'floors'> {
  const isRaised = Object.entries(floors).some(([node, ms]) => ms > watermarkFor(checkpoint, node));
  if (!isRaised) return {};
  const raised = Object.entries(floors).map(
    ([node, ms]) => [node, Math.max(ms, watermarkFor(checkpoint, node))] as const,
  );
  return { floors: Object.fromEntries(raised) };
}
