import { buildChunk } from '../ingest/commit-chunk.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { StoredSideOutput } from '../ports/dead-letter-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { listCheckpoints, newCheckpoint } from '../state/checkpoint.ts';
import { globalWatermark } from '../state/watermark.ts';

/** What would become of a kept record if it were put back now. */
export interface RedriveTrial {
  /** Events that would be counted. */
  readonly counted: number;
  /** Events that are too late for all of their windows. */
  readonly late: number;
  readonly dead: number;
  /** Why the first of those that are dead is; null where none is. */
  readonly failure: { readonly reason: string; readonly message: string } | null;
}

const ALL = { maxEvents: Number.POSITIVE_INFINITY, oversized: null };

/**
 * Judges a kept record by the present definition and watermark, and changes nothing. It goes by the shard that the record came
 * from, where that still takes events. Events that came twice are not told apart.
 */
export async function tryRedrive(
  stream: StreamPlan,
  { shard, payloads }: StoredSideOutput,
  state: StateStore,
  nowMs: number,
): Promise<RedriveTrial> {
  const checkpoints = await listCheckpoints(state, stream.name);
  const own = checkpoints.find((checkpoint) => checkpoint.shard === shard && !checkpoint.retired);
  const checkpoint = newCheckpoint(shard, [], own?.watermarkMs ?? globalWatermark(checkpoints));
  const records = payloads.map(({ data, partitionKey }, index) => ({
    sequence: String(index + 1),
    arrivalMs: nowMs,
    partitionKey,
    data,
  }));
  const { counters, sideOutputs } = buildChunk(stream, { checkpoint, ids: null }, records, {
    limits: ALL,
    reading: null,
  });
  const dead = sideOutputs.find((each) => each.kind === 'dead');
  return {
    counted: counters.accepted,
    late: counters.late,
    dead: counters.dead,
    failure: dead === undefined ? null : { reason: dead.reason, message: dead.message },
  };
}
