import type { Gap, Point } from './timeline-data.ts';

/** Several series over the same windows: of groups, of percentiles, of now and before. */

export interface Track {
  readonly name: string;
  /** The token of its colour. */
  readonly token: string;
  readonly draw: 'line' | 'dashed' | 'dotted' | 'steps';
  readonly points: readonly Point[];
}

/** What all tracks have to say of a window. `points` and `values` are in the order of the tracks. */
export interface TrackRow {
  readonly start: number;
  readonly end: number;
  /** The middle of the window, where its points stand. */
  readonly at: number;
  readonly points: readonly (Point | null)[];
  /** Final values alone: what is open is no part of a line. */
  readonly values: readonly (number | null)[];
}

export interface Tracks {
  readonly rows: readonly TrackRow[];
  /** Stretches in which no track has a window. */
  readonly gaps: readonly Gap[];
}

/**
 * Rows of all windows that any track has, and an empty one in each gap so that no line goes over it. Where points were left
 * out, `gapAfterMs` is longer than a step: a track goes straight on between two points that are nearer than that.
 */
export function alignTracks(
  tracks: readonly (readonly Point[])[],
  stepMs: number,
  gapAfterMs: number = stepMs,
): Tracks {
  const windows = new Map<number, { start: number; end: number; points: (Point | null)[] }>();
  tracks.forEach((points, index) => {
    for (const point of points) {
      let row = windows.get(point.start);
      if (row === undefined) {
        row = { start: point.start, end: point.end, points: tracks.map(() => null) };
        windows.set(point.start, row);
      }
      row.points[index] = point;
    }
  });
  const sorted = [...windows.values()].sort((a, b) => a.start - b.start).map(rowOf);
  const rows = gapAfterMs > stepMs ? bridged(sorted, tracks.length, gapAfterMs) : sorted;
  const gaps: Gap[] = [];
  for (let i = 1; i < rows.length; i++) {
    const [before, after] = [rows[i - 1] as TrackRow, rows[i] as TrackRow];
    if (after.start - before.start > gapAfterMs) gaps.push({ start: before.start + stepMs, end: after.start });
  }
  const empty = gaps.map(({ start, end }) => rowOf({ start, end, points: tracks.map(() => null) }));
  return { rows: [...rows, ...empty].sort((a, b) => a.at - b.at), gaps };
}

/** Each track was thinned by itself and kept other windows than the rest: between two of its own its line is straight. */
function bridged(rows: readonly TrackRow[], tracks: number, gapAfterMs: number): readonly TrackRow[] {
  const values = rows.map((row) => [...row.values]);
  for (let track = 0; track < tracks; track++) {
    let before = -1;
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i]?.values[track];
      if (value == null) continue;
      const from = rows[before];
      const start = from?.values[track];
      const at = (rows[i] as TrackRow).at;
      if (from !== undefined && start != null && at - from.at <= gapAfterMs) {
        for (let j = before + 1; j < i; j++) {
          const share = ((rows[j] as TrackRow).at - from.at) / (at - from.at);
          (values[j] as (number | null)[])[track] = start + share * (value - start);
        }
      }
      before = i;
    }
  }
  return rows.map((row, i) => ({ ...row, values: values[i] as (number | null)[] }));
}

function rowOf({ start, end, points }: { start: number; end: number; points: readonly (Point | null)[] }): TrackRow {
  const values = points.map((point) => (point?.isFinal === true ? point.value : null));
  return { start, end, at: (start + end) / 2, points, values };
}

/** The points of a period before, moved so that they stand under those of now. */
export function shiftPoints(points: readonly Point[], byMs: number): readonly Point[] {
  return points.map((point) => ({ ...point, start: point.start + byMs, end: point.end + byMs, isFinal: true }));
}

/** The least and the greatest of numbers; infinities where there is none, which `yRange` takes. */
export function extent(values: Iterable<number | null | undefined>): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value == null) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}

/** The same of several lists. */
export function extentOf(lists: readonly (readonly (number | null)[])[]): readonly [number, number] {
  let [least, greatest] = extent([]);
  for (const list of lists) {
    const [low, high] = extent(list);
    least = Math.min(least, low);
    greatest = Math.max(greatest, high);
  }
  return [least, greatest];
}
