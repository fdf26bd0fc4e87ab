import type { Line, Point } from '../../charts/timeline-data.ts';

/** Where a small chart of an incident draws its windows. Pure, so that tests can look at it. */

export const WIDTH = 460;
export const HEIGHT = 170;
const LEFT = 44;
const BOTTOM = 18;
const TOP = 8;

const MOST_TIMES = 5;
const HALF_HOUR = 30 * 60_000;
/** From one time on the axis to the next, in half hours. */
const STEPS = [1, 2, 4, 8, 12, 24, 48, 96, 336];

function niceStep(leastMs: number): number {
  return HALF_HOUR * (STEPS.find((halves) => halves * HALF_HOUR >= leastMs) ?? Math.ceil(leastMs / HALF_HOUR));
}

export interface Placed {
  readonly point: Point;
  readonly x: number;
  readonly y: number;
}

export interface ChartLayout {
  /** Final windows, in pieces: a gap ends one. */
  readonly path: string;
  readonly band: string;
  readonly placed: readonly Placed[];
  readonly ticks: readonly { readonly value: number; readonly y: number }[];
  readonly times: readonly { readonly ms: number; readonly x: number }[];
  x(ms: number): number;
  y(value: number): number;
}

export function layoutChart({ points }: Line, fromMs: number, toMs: number, stepMs: number): ChartLayout {
  const shown = points.filter(({ start }) => start >= fromMs && start < toMs);
  const values = shown.flatMap(({ value, upper }) => [value ?? 0, upper ?? 0]);
  const top = niceTop(values.reduce((most, value) => Math.max(most, value), 0));
  const x = (ms: number) => LEFT + ((WIDTH - LEFT - 6) * (ms - fromMs)) / (toMs - fromMs);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const placed = shown.flatMap((point) =>
    point.value === null ? [] : [{ point, x: x((point.start + point.end) / 2), y: y(point.value) }],
  );
  const finals = placed.filter(({ point }) => point.isFinal);
  let path = '';
  finals.forEach(({ point, x: px, y: py }, i) => {
    const before = finals[i - 1];
    const isJoined = before !== undefined && point.start - before.point.start <= stepMs;
    path += `${isJoined ? 'L' : 'M'}${px.toFixed(1)} ${py.toFixed(1)}`;
  });
  const everyMs = niceStep((toMs - fromMs) / MOST_TIMES);
  const first = Math.ceil(fromMs / everyMs) * everyMs;
  return {
    path,
    band: bandOf(placed, y),
    placed,
    ticks: [0, 1, 2, 3].map((i) => ({ value: (top * i) / 3, y: y((top * i) / 3) })),
    times: Array.from({ length: Math.max(0, Math.floor((toMs - first) / everyMs) + 1) }, (_, i) => ({
      ms: first + i * everyMs,
      x: x(first + i * everyMs),
    })),
    x,
    y,
  };
}

function bandOf(placed: readonly Placed[], y: (value: number) => number): string {
  const known = placed.filter(({ point }) => point.lower !== null && point.upper !== null);
  if (known.length < 2) return '';
  const upper = known.map(({ point, x }) => `${x.toFixed(1)} ${y(point.upper as number).toFixed(1)}`);
  const lower = known.map(({ point, x }) => `${x.toFixed(1)} ${y(Math.max(0, point.lower as number)).toFixed(1)}`);
  return `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
}

/** The next of 3, 6, 9, 12, 15, 30 and their tenfolds: thirds of it are short numbers. */
export function niceTop(most: number): number {
  if (!(most > 0)) return 3;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1.2, 1.5, 1.8, 3, 6, 9, 12].find((factor) => factor * power >= most) ?? 15) * power;
}
