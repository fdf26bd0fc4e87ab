/** Two fingers on a chart. One finger scrolls the page. */

/** What two fingers hold at their places before stays under them: spread they zoom, moved they pan. In the units of the range. */
export function pinchedRange(
  [from, to]: readonly [number, number],
  before: readonly [number, number],
  now: readonly [number, number],
  leastSpan: number,
): readonly [number, number] {
  const [left, right] = order(before);
  const [nowLeft, nowRight] = order(now);
  // Both as shares of the chart's width; fingers on one spot would make the span endless.
  const spread = Math.max(LEAST_SPREAD, nowRight - nowLeft);
  const span = Math.max(leastSpan, ((to - from) * Math.max(LEAST_SPREAD, right - left)) / spread);
  const held = from + (to - from) * ((left + right) / 2);
  const start = held - span * ((nowLeft + nowRight) / 2);
  return [start, start + span];
}

const LEAST_SPREAD = 0.02;

function order([a, b]: readonly [number, number]): readonly [number, number] {
  return a <= b ? [a, b] : [b, a];
}
