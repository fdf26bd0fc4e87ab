import type { World } from '../world.ts';

/** Views of events that are not finalized as far as the watermark was at the last sweep. */
export function lagging(world: World): string[] {
  const current = new Map(world.state.checkpoints.map(({ shard, content }) => [shard, content]));
  const watermarks = [...current.values()]
    .filter(({ retired }) => retired !== true)
    .map(({ watermarkMs }) => Number(watermarkMs));
  const watermarkMs = Math.min(...watermarks);
  return world.plan.views.flatMap(({ key, name, source, definition }) => {
    const { window, buckets } = definition;
    if (source.kind !== 'stream' || (window.kind !== 'tumbling' && window.kind !== 'global')) return [];
    const [size, offset] = window.kind === 'tumbling' ? [window.sizeMs, window.offsetMs] : [window.emitEveryMs, 0];
    const closedMs = Math.floor((watermarkMs - offset) / size) * size + offset;
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
