import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import type { ForecastPoint } from '../../../engine/row-operators/forecast.ts';

/** One window of a line: what a chart draws and a tooltip tells. */
export interface Point {
  readonly start: number;
  readonly end: number;
  readonly value: number | null;
  readonly isFinal: boolean;
  readonly revision: number;
  /** Null where it was never revised, or nobody knows when. */
  readonly revisedAt: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly anomaly: { readonly score: number; readonly reason: string | null } | null;
}

export interface Gap {
  readonly start: number;
  readonly end: number;
}

export interface Line {
  readonly points: readonly Point[];
  /** Stretches without windows between two points. */
  readonly gaps: readonly Gap[];
  /** Windows to come, after the last final one. */
  readonly forecast: readonly (ForecastPoint & { readonly start: number; readonly end: number })[];
  readonly pointsInAll: number;
  /** Where points were left out: what all of a stretch lie between. */
  readonly ranges: readonly ValueRange[];
}

/** From the least to the greatest value of several windows, of which not all are drawn. */
export interface ValueRange {
  readonly start: number;
  readonly end: number;
  readonly least: number;
  readonly greatest: number;
}

export interface LineColumns {
  readonly value: string;
  readonly detector: string | null;
  readonly forecast: string | null;
}

/** The columns to ask for, so that a line has all that is known beside it. */
export function namesOf({ value, detector, forecast }: LineColumns): string {
  const names = [value];
  if (detector !== null)
    names.push(
      ...['expected', 'lower', 'upper', 'is_anomaly', 'score', 'reason'].map((member) => `${detector}.${member}`),
    );
  if (forecast !== null) names.push(`${forecast}.points`);
  return names.join(',');
}

/** A line of an answer's columns. `stepMs` is from one window's start to the next one's; null where they are irregular. */
export function lineOf(answer: SeriesAnswer, columns: LineColumns, stepMs: number | null): Line {
  const { starts, ends, columns: values } = answer;
  const of = (name: string) => values[name] ?? [];
  const member = (name: string) => (columns.detector === null ? [] : of(`${columns.detector}.${name}`));
  const [value, expected, lower, upper] = [of(columns.value), member('expected'), member('lower'), member('upper')];
  const [isAnomaly, score, reason] = [member('is_anomaly'), member('score'), member('reason')];
  const points = starts.map(
    (start, i): Point => ({
      start,
      end: ends[i] ?? start,
      value: numberOf(value[i]),
      isFinal: answer.is_final[i] === true,
      revision: answer.revisions[i] ?? 0,
      revisedAt: answer.revised_at[start] ?? null,
      expected: numberOf(expected[i]),
      lower: numberOf(lower[i]),
      upper: numberOf(upper[i]),
      anomaly:
        isAnomaly[i] === true
          ? { score: numberOf(score[i]) ?? 1, reason: typeof reason[i] === 'string' ? (reason[i] as string) : null }
          : null,
    }),
  );
  const gaps = stepMs === null ? [] : gapsBetween(points, stepMs, gapAfter(answer, stepMs));
  return {
    points,
    gaps,
    forecast:
      columns.forecast === null || stepMs === null ? [] : forecastOf(points, of(`${columns.forecast}.points`), stepMs),
    pointsInAll: answer.points_in_all,
    ranges: rangesOf(points, answer.steps ?? []).flatMap((range) => outside(range, gaps)),
  };
}

/** The points of each stretch have its least and its greatest value: the API left them in. What is open is no part of it. */
function rangesOf(points: readonly Point[], steps: readonly number[]): readonly ValueRange[] {
  const ranges: ValueRange[] = [];
  let at = 0;
  steps.forEach((start, i) => {
    const next = steps[i + 1] ?? Number.POSITIVE_INFINITY;
    let [end, least, greatest] = [start, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let point = points[at]; point !== undefined && point.start < next; point = points[++at]) {
      if (point.value === null || !point.isFinal) continue;
      end = Math.max(end, point.end);
      least = Math.min(least, point.value);
      greatest = Math.max(greatest, point.value);
    }
    if (least <= greatest) ranges.push({ start, end: Number.isFinite(next) ? next : end, least, greatest });
  });
  return ranges;
}

/** The parts of a stretch in which there are windows. */
function outside(range: ValueRange, gaps: readonly Gap[]): readonly ValueRange[] {
  const parts: ValueRange[] = [];
  let from = range.start;
  for (const { start, end } of gaps) {
    if (end <= from || start >= range.end) continue;
    if (start > from) parts.push({ ...range, start: from, end: start });
    from = end;
  }
  return from < range.end ? [...parts, { ...range, start: from }] : parts;
}

/** Of points that are left out one after the other the rest stand apart: that is no gap. */
const DECIMATED_GAP = 6;

/** From how far apart two points have nothing between them. */
export function gapAfter(
  { starts, points_in_all: inAll }: Pick<SeriesAnswer, 'starts' | 'points_in_all'>,
  stepMs: number,
): number {
  const [first, last] = [starts[0], starts.at(-1)];
  if (inAll <= starts.length || first === undefined || last === undefined) return stepMs;
  return Math.max(stepMs, (DECIMATED_GAP * (last - first)) / starts.length);
}

function gapsBetween(points: readonly Point[], stepMs: number, afterMs: number): Gap[] {
  const gaps: Gap[] = [];
  for (let i = 1; i < points.length; i++) {
    const [before, after] = [points[i - 1] as Point, points[i] as Point];
    if (after.start - before.start > afterMs) gaps.push({ start: before.start + stepMs, end: after.start });
  }
  return gaps;
}

/** What the last final row expects of the windows after it. */
function forecastOf(points: readonly Point[], stored: readonly unknown[], stepMs: number): Line['forecast'] {
  const last = points.findLastIndex(({ isFinal }) => isFinal);
  const found = stored[last];
  if (last === -1 || !Array.isArray(found)) return [];
  const { start, end } = points[last] as Point;
  return (found as ForecastPoint[]).map((point, i) => ({
    ...point,
    start: start + (i + 1) * stepMs,
    end: end + (i + 1) * stepMs,
  }));
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}

/** Of the points of one window: the most that one of them was revised, and when one was last. */
export function latestRevision(points: readonly Point[]): Pick<Point, 'revision' | 'revisedAt'> {
  let [revision, revisedAt] = [0, null as number | null];
  for (const point of points) {
    revision = Math.max(revision, point.revision);
    if (point.revisedAt !== null) revisedAt = Math.max(revisedAt ?? point.revisedAt, point.revisedAt);
  }
  return { revision, revisedAt };
}

/** Most windows are empty: bars say so, and a line would not. */
export function isSparse({ points, gaps, pointsInAll }: Line, stepMs: number): boolean {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || gaps.length === 0) return false;
  const steps = (last.start - first.start) / stepMs + 1;
  return pointsInAll < steps / 2;
}

/** From one window's start to the next one's. Null of sessions and totals. */
export function stepOf(window: Readonly<Record<string, unknown>>): number | null {
  const { kind, size_ms: size, slide_ms: slide } = window;
  if (kind === 'sliding' && typeof slide === 'number') return slide;
  return kind === 'tumbling' && typeof size === 'number' ? size : null;
}
