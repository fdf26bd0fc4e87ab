import { least } from '../lists/extremes.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { Probe } from '../ports/shard-topology.ts';
import type { Checkpoint } from '../state/checkpoint.ts';
import type { ShardRollup } from '../state/shard-rollup.ts';

/** A shard as the sweep finds it. */
export interface ProbedShard {
  readonly checkpoint: Checkpoint;
  /** Null where it is retired, or has moved since the last sweep, so that nobody looked. */
  readonly probe: Probe | null;
  /** The source did not answer: it is taken for one in which records wait. */
  readonly isUnseen?: boolean;
  /** How long sweeps of this session have seen it stand there with nothing to read. */
  readonly idleMs: number;
}

/** An event that was older than this at its arrival is from a replay, and the clock says nothing about the next one. */
const LIVE_WITHIN_MS = 3_600_000;

export function isCaughtUp({ probe }: Pick<ProbedShard, 'probe'>): boolean {
  return probe !== null && probe !== 'recordsWaiting';
}

/** Nothing waits in it, and that has been so for `idleTimeout`. */
export function isIdle(stream: StreamPlan, shard: ProbedShard): boolean {
  return isCaughtUp(shard) && shard.idleMs >= stream.definition.idleTimeoutMs;
}

/**
 * The watermark for idle shards; null if there is nothing to raise them to.
 *
 * - Some shards are not idle: the minimum of their watermarks. An idle shard then holds nobody up, and a shard that is
 *   behind still holds everybody.
 * - All are idle: event time goes on from the latest event by the time for which nothing came, beyond `idleTimeout`, as far
 *   as sweeps have seen it. It never jumps to the clock.
 * - All are idle, and the latest event was old when it arrived: it stays where it is, for a replay that pauses goes on with
 *   the next event of then. Only shards that never had an event go to the minimum of the others. Once the source says that
 *   the replay is over, time goes on as above.
 */
export function idleWatermark(
  stream: StreamPlan,
  shards: readonly ProbedShard[],
  rollup: Pick<ShardRollup, 'clockMs' | 'clockArrivalMs'>,
): number | null {
  const unretired = shards.filter(({ checkpoint }) => !checkpoint.retired);
  if (unretired.length === 0) return null;
  const others = unretired.filter((shard) => !isIdle(stream, shard));
  if (others.length > 0) return least(others.map(({ checkpoint }) => checkpoint.watermarkMs));
  const latest = latestOf([rollup, ...shards.map(({ checkpoint }) => checkpoint)]);
  if (latest === null) return null;
  const isOver = unretired.every(({ probe }) => probe === 'replayed' || probe === 'ended');
  if (!isOver && latest.arrivalMs - latest.clockMs > LIVE_WITHIN_MS) {
    const begun = unretired.filter(({ checkpoint }) => checkpoint.clockMs !== null);
    return begun.length === 0 ? null : least(begun.map(({ checkpoint }) => checkpoint.watermarkMs));
  }
  const idleMs = least(unretired.map((shard) => shard.idleMs)) - stream.definition.idleTimeoutMs;
  return latest.clockMs + idleMs - stream.definition.maxLatenessMs;
}

/** The latest event time, and when that event arrived; null where no event came, or none with an arrival. */
function latestOf(seen: readonly Pick<Checkpoint, 'clockMs' | 'clockArrivalMs'>[]) {
  let latest: { readonly clockMs: number; readonly arrivalMs: number } | null = null;
  for (const { clockMs, clockArrivalMs } of seen) {
    if (clockMs === null || clockArrivalMs === null) continue;
    if (latest === null || clockMs > latest.clockMs) latest = { clockMs, arrivalMs: clockArrivalMs };
  }
  return latest;
}
