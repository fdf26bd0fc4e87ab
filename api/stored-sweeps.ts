import type { ViewPlan } from '../engine/plan/plan.ts';
import { type Behind, bucketName } from '../engine/state/behind.ts';
import type { Checkpoint } from '../engine/state/checkpoint.ts';
import { type Observation, positionName } from '../engine/state/observation.ts';
import type { Progress } from '../engine/state/progress.ts';
import type { ViewSizes } from '../engine/state/view-sizes.ts';
import { isStuck } from '../engine/sweep/behind.ts';
import { formatInstant } from '../engine/time/instant.ts';
import type { StreamState, ViewState } from './schemas/overview.ts';

/** Sweeps come once a minute; what one saw longer ago says nothing of now. */
const SWEEPS_WITHIN_MS = 5 * 60_000;
/** Records that wait are read within that: a batch may fill for five minutes. */
const READ_WITHIN_MS = 10 * 60_000;

/** What sweeps have left of a stream. */
export interface SweptStream {
  readonly behind: Behind;
  readonly sizes: ViewSizes | null;
}

/** Events a second since the sweep before the last one; null where no sweep of late has counted. */
export function rateOf(observation: Observation | null, delivered: number, now: number): number | null {
  const since = observation?.counted?.find(({ atMs }) => now - atMs <= SWEEPS_WITHIN_MS && now > atMs);
  if (since === undefined) return null;
  return Math.max(0, ((delivered - since.delivered) * 1000) / (now - since.atMs));
}

/** Of the shards in which records wait unread, the one that has stood for longest; null where none has for long. */
export function stuckStream(
  stream: string,
  checkpoints: readonly Checkpoint[],
  observation: Observation | null,
  now: number,
): StreamState['stuck'] {
  const blocked = checkpoints.flatMap((checkpoint) => {
    const seen = observation?.blocked?.[checkpoint.shard];
    const stands = seen !== undefined && seen.position === positionName(checkpoint) && !checkpoint.retired;
    return stands && now - seen.sinceMs >= READ_WITHIN_MS ? [{ shard: checkpoint.shard, sinceMs: seen.sinceMs }] : [];
  });
  const [worst] = blocked.sort((a, b) => a.sinceMs - b.sinceMs);
  if (worst === undefined) return null;
  return {
    since: worst.sinceMs,
    code: 'not_reading',
    detail: `Records wait in shard ${worst.shard} of stream '${stream}', and none was read since ${formatInstant(worst.sinceMs)}. They are kept as long as the stream keeps records. Look at the log and the errors of the aggregate function, and whether its event source is enabled.`,
  };
}

/** Of the buckets that sweeps found behind and that have not moved on, the one that has stood for longest. */
export function stuckView(
  view: ViewPlan,
  progress: readonly Progress[],
  streams: readonly SweptStream[],
  now: number,
): ViewState['stuck'] {
  const stuck = progress.flatMap((ofBucket, bucket) =>
    streams.flatMap(({ behind }) => {
      const noted = behind.buckets[bucketName(view.key, bucket)];
      return isStuck(noted, ofBucket, now) ? [{ bucket, ...noted }] : [];
    }),
  );
  const [worst] = stuck.sort((a, b) => a.sinceMs - b.sinceMs);
  if (worst === undefined) return null;
  const part = progress.length === 1 ? '' : `, bucket ${worst.bucket},`;
  return {
    since: worst.sinceMs,
    code: 'not_closing',
    detail: `View '${view.name}'${part} could close ${Math.ceil(worst.lagMs / 1000)} s more of event time, and nothing has moved on since ${formatInstant(worst.sinceMs)}. Its events are kept. Look at the log and the errors of the finalize function, and for wake-ups among its dead letters.`,
  };
}

/** As the last sweep that looked has found it. A view of several streams is in what is found of each of them. */
export function sizeOf({ name }: ViewPlan, streams: readonly SweptStream[]): ViewSizes['views'][string] | null {
  for (const { sizes } of streams) {
    const size = sizes?.isWhole ? sizes.views[name] : undefined;
    if (size !== undefined) return size;
  }
  return null;
}
