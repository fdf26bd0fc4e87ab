import type { SeriesAnswer } from '../../../api/schemas/rows.ts';

/** A histogram of each window, side by side. */

export interface HeatColumn {
  readonly start: number;
  readonly end: number;
  readonly isFinal: boolean;
  readonly revision: number;
  readonly revisedAt: number | null;
  /** By bucket, from the lowest. */
  readonly counts: readonly number[];
}

export interface HeatMap {
  /** Between the buckets, rising: one less than there are buckets. */
  readonly bounds: readonly number[];
  readonly columns: readonly HeatColumn[];
  readonly greatest: number;
}

interface Bucket {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

/** Windows whose buckets are not those of the last one are left out: the definition has changed since. */
export function heatMapOf(answer: SeriesAnswer, column: string): HeatMap {
  const found = (answer.columns[column] ?? []).map(bucketsOf);
  const bounds = (found.findLast((buckets) => buckets.length > 0) ?? [])
    .slice(1)
    .flatMap(({ from }) => (from === null ? [] : [from]));
  const columns = answer.starts.flatMap((start, i): HeatColumn[] => {
    const buckets = found[i] ?? [];
    if (buckets.length !== bounds.length + 1) return [];
    return [
      {
        start,
        end: answer.ends[i] ?? start,
        isFinal: answer.is_final[i] === true,
        revision: answer.revisions[i] ?? 0,
        revisedAt: answer.revised_at[start] ?? null,
        counts: buckets.map(({ count }) => count),
      },
    ];
  });
  const greatest = columns.reduce((most, { counts }) => counts.reduce((a, b) => Math.max(a, b), most), 0);
  return { bounds, columns, greatest };
}

function bucketsOf(value: unknown): readonly Bucket[] {
  return Array.isArray(value) ? (value as Bucket[]) : [];
}

export const SHADES = 5;

/** From 1, light, to 5, full; 0 is nothing at all. */
export function shadeOf(count: number, greatest: number): number {
  if (count <= 0 || greatest <= 0) return 0;
  return Math.max(1, Math.min(SHADES, Math.ceil((count / greatest) * SHADES)));
}

/**
 * Where a value stands among buckets of equal height, so that a line over them fits their own scale: within a bucket in
 * proportion, below the first bound and above the last one in the middle, for these buckets have no end.
 */
export function heightOf(value: number, bounds: readonly number[]): number {
  const above = bounds.findIndex((bound) => value < bound);
  if (above === 0) return 0.5;
  if (above === -1) return bounds.length + 0.5;
  const [from, to] = [bounds[above - 1] as number, bounds[above] as number];
  return above + (value - from) / (to - from);
}

/** `0 to 1 kB`, `from 1 MB`: a bucket in words. */
export function bucketWords(bounds: readonly number[], bucket: number, format: (value: number) => string): string {
  const [from, to] = [bounds[bucket - 1], bounds[bucket]];
  if (from === undefined) return to === undefined ? 'all' : `below ${format(to)}`;
  return to === undefined ? `from ${format(from)}` : `${format(from)} to ${format(to)}`;
}
