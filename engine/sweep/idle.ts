import { greatest, least } from '../lists/extremes.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { Probe } from '../ports/shard-topology.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import type { ShardRollup } from '../state/shard-rollup.ts';

/** A shard as the sweep finds it. */
export interface ProbedShard {
  readonly checkpoint: Checkpoint;
  /** Null where the shard is not stale, so that nobody looked. */
  readonly probe: Probe | null;
}

/** A shard without records for `idleTimeout`, by the arrival of its last one; or without any record so far. */
export function isStale(stream: StreamPlan, checkpoint: Checkpoint, nowMs: number): boolean {
  if (checkpoint.retired) return false;
  return checkpoint.lastArrivalMs === null || nowMs - checkpoint.lastArrivalMs >= stream.definition.idleTimeoutMs;
}

/**
 * The watermark for idle shards; null if there is nothing to raise them to.
 *
 * - Some shards are active, or have records waiting: the minimum of their watermarks. An idle shard then holds nobody
 *   up, and a shard that is behind still holds everybody.
 * - All are idle: event time goes on from the latest event at the rate of the clock since that event arrived. It never
 *   jumps to the clock, so a replay of an old log that pauses is not cut off.
 */
export function idleWatermark(
  stream: StreamPlan,
  shards: readonly ProbedShard[],
  rollup: Pick<ShardRollup, 'clockMs' | 'lastArrivalMs'>,
  nowMs: number,
): number | null {
  const unretired = shards.filter(({ checkpoint }) => !checkpoint.retired);
  const active = unretired.filter(({ probe }) => probe === null || probe === 'recordsWaiting');
  if (active.length > 0) return least(active.map(({ checkpoint }) => checkpoint.watermarkMs));
  const clockMs = latest([rollup.clockMs, ...shards.map(({ checkpoint }) => checkpoint.clockMs)]);
  const lastArrivalMs = latest([rollup.lastArrivalMs, ...shards.map(({ checkpoint }) => checkpoint.lastArrivalMs)]);
  if (clockMs === null || lastArrivalMs === null) return null;
  return clockMs + Math.max(0, nowMs - lastArrivalMs) - stream.definition.maxLatenessMs;
}

function latest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : greatest(known);
}
