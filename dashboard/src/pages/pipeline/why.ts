import { formatDuration } from '../../format/times.ts';
import { type Picture, timeWords } from './facts.ts';
import type { GraphNode } from './graph.ts';

/** "Why not later?": what keeps a node from being further than it is. Null of outputs, which take what comes. */
export function whyNotLater(node: GraphNode, picture: Picture): string | null {
  if (node.kind === 'stream') return whyStream(node.name, picture);
  return node.kind === 'view' ? whyView(node.name, picture) : null;
}

/** The stream whose watermark is furthest behind, of those that a view closes by. Idle ones hold nothing back. */
export function heldBackBy(view: string, { described, shown }: Picture): string | null {
  const streams = described.views.find(({ name }) => name === view)?.streams ?? [];
  const going = streams.filter((name) => shown.streams[name]?.idle !== true);
  let [slowest, least] = [null as string | null, Number.POSITIVE_INFINITY];
  for (const name of going) {
    const watermark = shown.streams[name]?.watermark ?? Number.NEGATIVE_INFINITY;
    if (watermark < least) [slowest, least] = [name, watermark];
  }
  return slowest;
}

function whyStream(name: string, { described, shown, zone, nowMs }: Picture): string {
  const state = shown.streams[name];
  const stream = described.streams.find((each) => each.name === name);
  if (state === undefined || stream === undefined) return 'Nothing is known of it.';
  if (state.latest_event === null) return 'No event has come yet: the first one sets the watermark.';
  const latest = `The latest event is of ${timeWords(state.latest_event, zone, nowMs)}`;
  if (state.idle) {
    return `${latest}. It has been silent for longer than ${formatDuration(stream.idle_timeout_ms)} and counts as idle, so nothing waits for it.`;
  }
  return `${latest}, and the watermark stays ${formatDuration(stream.max_lateness_ms)} behind it, for events that come late.`;
}

function whyView(name: string, picture: Picture): string {
  const { described, shown, zone, nowMs } = picture;
  const state = shown.views[name];
  if (state === undefined) return 'Nothing is known of it.';
  if (state.stuck !== null) return `It does not close: ${state.stuck.detail}`;
  const streams = described.views.find((view) => view.name === name)?.streams ?? [];
  const idle = streams.filter((each) => shown.streams[each]?.idle === true);
  const aside =
    idle.length === 0
      ? ''
      : ` ${idle.join(', ')} ${idle.length === 1 ? 'is' : 'are'} idle, so nothing waits for ${idle.length === 1 ? 'it' : 'them'}.`;
  const slowest = heldBackBy(name, picture);
  if (slowest === null) return `It goes on with the clock.${aside}`;
  const watermark = shown.streams[slowest]?.watermark ?? null;
  if (watermark === null) return `It waits for the first event of ${slowest}.${aside}`;
  const by = streams.length > 1 ? 'It closes as far as its slowest input. ' : '';
  return `${by}The watermark of ${slowest} is at ${timeWords(watermark, zone, nowMs)}; a window closes once that has passed its end.${aside}`;
}
