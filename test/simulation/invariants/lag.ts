import { eventStreamsOf, upstreamsOf } from '../../../engine/ir/source-definition.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import type { World } from '../world.ts';

/** Two sweeps: the second one of two streams raises its watermark after it gave floors to the first. */
const FLOORS_BEHIND_MS = 2 * 61_000;
/** The watermark of shards that never had an event. */
const START_OF_TIME_MS = Date.parse('0000-01-01T00:00:00Z');

/** Views of events that are not finalized as far as the watermark was at the last sweep, and joins that wait for an idle stream. */
export function lagging(world: World): string[] {
  const watermarks = new Map(world.plan.streams.map(({ name }) => [name, watermarkOf(world, name)]));
  return world.plan.finalized.flatMap(({ key, name, source, definition }) => {
    const { window, buckets } = definition;
    let [size, offset, watermarkMs] = [0, 0, 0];
    if (source.kind === 'join' && window.kind === 'log') {
      [size, watermarkMs] = [window.paneMs, joinWatermark(world, key, source, watermarks) - window.aheadMs];
    } else if (source.kind === 'stream' && (window.kind === 'tumbling' || window.kind === 'global')) {
      [size, offset] = window.kind === 'tumbling' ? [window.sizeMs, window.offsetMs] : [window.emitEveryMs, 0];
      watermarkMs = watermarks.get(source.stream.name) ?? 0;
    } else return [];
    const closedMs = Math.floor((watermarkMs - offset) / size) * size + offset;
    // A stream that never had an event.
    if (closedMs <= START_OF_TIME_MS) return [];
    return Array.from({ length: buckets }, (_, bucket) => bucket).flatMap((bucket) => {
      const item = world.state
        .items()
        .find(({ key: at }) => at.partition === `progress#${key}` && at.sort === String(bucket));
      const { closedUpToMs = Number.NEGATIVE_INFINITY } = JSON.parse(String(item?.data ?? '{}')) as {
        closedUpToMs?: number;
      };
      return closedUpToMs >= closedMs
        ? []
        : [`${name}, bucket ${bucket}, is final to ${closedUpToMs} and could be to ${closedMs}`];
    });
  });
}

/** How far a join could be. Both streams are idle, so the one that is behind counts as far as the other was at a sweep before. */
function joinWatermark(
  world: World,
  join: string,
  source: ViewPlan['source'],
  watermarks: ReadonlyMap<string, number>,
): number {
  const views = upstreamsOf(source);
  if (views.length === 0) return Math.max(...watermarks.values()) - FLOORS_BEHIND_MS;
  // A view does not go on by what another stream has reached, and its rows are joined once they change no more; the pass that closes
  // the next window says so.
  const ofViews = views.map(({ source: below, definition: { window, allowedLatenessMs } }) => {
    const ofStreams = eventStreamsOf(below).map(({ name }) => watermarkOf(world, name));
    const settlingMs = window.kind === 'tumbling' ? allowedLatenessMs + 2 * window.sizeMs : Number.POSITIVE_INFINITY;
    return Math.min(...ofStreams) - settlingMs;
  });
  const ofStreams = eventStreamsOf(source).map(({ name }) => watermarkOf(world, name, join));
  return Math.min(...ofStreams, ...ofViews);
}

/** `join`: where shards count as far as their floors there. */
function watermarkOf({ state }: World, stream: string, join?: string): number {
  const writes = state.checkpoints.filter((write) => write.stream === stream);
  const current = new Map(writes.map(({ shard, content }) => [shard, content]));
  const active = [...current.values()].filter(({ retired }) => retired !== true);
  return Math.min(
    ...active.map(({ watermarkMs, floors }) => {
      const floor = (floors as Readonly<Record<string, number>> | undefined)?.[join ?? ''];
      return Math.max(Number(watermarkMs), floor ?? Number.NEGATIVE_INFINITY);
    }),
  );
}
