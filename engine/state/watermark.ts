import { least } from '../lists/extremes.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import type { Checkpoint } from './checkpoint.ts';

/**
 * The global watermark: the minimum over all shards that are not retired. No shard ever leaves the minimum, so it is
 * never beyond a shard's own watermark, and an event that is on time for its shard finds its window open.
 */
export function globalWatermark(checkpoints: readonly Checkpoint[]): number {
  const active = checkpoints.filter((checkpoint) => !checkpoint.retired);
  if (active.length === 0) return START_OF_TIME_MS;
  return least(active.map((checkpoint) => checkpoint.watermarkMs));
}

/**
 * The watermark of a join over one of its streams: as the global one, but a shard that is idle counts as far as its floor. The
 * floor is in the checkpoint, so what is late for the join is judged by the same.
 */
export function nodeWatermark(checkpoints: readonly Checkpoint[], node: string): number {
  const active = checkpoints.filter((checkpoint) => !checkpoint.retired);
  if (active.length === 0) return START_OF_TIME_MS;
  return least(active.map((checkpoint) => watermarkFor(checkpoint, node)));
}

/** A shard's watermark for a join: its own, or the floor that a sweep has given it for that join. */
export function watermarkFor(
  { watermarkMs, floors }: Pick<Checkpoint, 'watermarkMs' | 'floors'>,
  node: string,
): number {
  return Math.max(watermarkMs, floors?.[node] ?? START_OF_TIME_MS);
}
