const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

/** Round times between two instants, `most` at most. */
export function timeTicks(fromMs: number, toMs: number, most: number): readonly number[] {
  if (!(toMs > fromMs)) return [];
  const step =
    STEPS.find((candidate) => (toMs - fromMs) / candidate <= most) ??
    7 * DAY * Math.ceil((toMs - fromMs) / (7 * DAY * most));
  const ticks: number[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs && ticks.length < most; ms += step) ticks.push(ms);
  return ticks;
}
