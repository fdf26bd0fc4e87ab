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
