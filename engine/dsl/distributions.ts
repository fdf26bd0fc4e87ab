import { DefinitionError } from '../ir/errors.ts';
import { type Aggregate, column, DEFAULT_DISTINCT_LIMIT, MAX_DISTINCT_LIMIT, type Num } from './aggregate-column.ts';
import { checkSettings, wholeNumber } from './settings.ts';
import type { Expr } from './types.ts';

/** Values that `topK` lists at most, so that rows stay small. */
const MAX_TOP = 100;
/** Buckets of a histogram between its first and its last bound at most. */
const MAX_BUCKETS = 100;
const DEFAULT_RELATIVE_ERROR = 0.01;

/** A value that `topK` lists. */
export interface TopValue<T> {
  readonly value: T;
  readonly count: number;
  /** By how much the count may be off. Counts are exact, so that it is 0. */
  readonly error: number;
}

/** How many numbers `histogram` found in `[from, to)`; below the first bound `from` is null, from the last one on `to`. */
export interface HistogramBucket {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

export interface QuantileOptions {
  /** The share of all numbers that the quantile is not exceeded by, from 0 (the least) to 1 (the greatest). */
  readonly q: number;
  /** How far off the quantile may be, as a share of it: from 0.001 to 0.1. 0.01 unless set. */
  readonly relativeError?: number;
}

/**
 * About the least number that a share of `q` of all numbers do not exceed (`percentile_disc` in SQL), within 1 % of it
 * unless another `relativeError` is set; exact for the least and the greatest number. It counts numbers in bins, 4,096
 * at most for each group and window (at 1 %, enough for numbers that fill 19 powers of ten): null beyond, never a wrong
 * number. Of nothing: null.
 *
 * @example { p95: quantile(e.latency_ms, 0.95), p999: quantile(e.latency_ms, { q: 0.999, relativeError: 0.002 }) }
 */
export function quantile(of: Num, options: number | QuantileOptions): Aggregate<number | null, null> {
  const settings = typeof options === 'number' ? { q: options } : options;
  checkSettings(settings, ['q', 'relativeError'], 'quantile(…)');
  const { q, relativeError = DEFAULT_RELATIVE_ERROR } = settings;
  if (!(q >= 0 && q <= 1)) {
    throw new DefinitionError(`quantile(…) has a q of ${q}: it must be a number from 0 to 1, such as 0.95.`);
  }
  if (!(relativeError >= 0.001 && relativeError <= 0.1)) {
    throw new DefinitionError(
      `quantile(…) has a relativeError of ${relativeError}: it must be a number from 0.001 to 0.1.`,
    );
  }
  return column({ kind: 'quantile', q, relativeError }, of, 'number');
}

/** The quantile for `percent` / 100: `percentile(e.latency_ms, 95)`. */
export function percentile(of: Num, percent: number): Aggregate<number | null, null> {
  if (!(percent >= 0 && percent <= 100)) {
    throw new DefinitionError(`percentile(…) has a percent of ${percent}: it must be a number from 0 to 100.`);
  }
  // Dividing 99.9 by 100 leaves 0.9990000000000001.
  return quantile(of, Number((percent / 100).toPrecision(15)));
}

/** The quantile that half of all numbers do not exceed; of an even number of them the lower of the two in the middle. */
export function median(of: Num): Aggregate<number | null, null> {
  return quantile(of, 0.5);
}

/**
 * The `k` most frequent values (at most 100) and how often they came, the most frequent first and of two as frequent the
 * lesser one: `[{ value, count, error }]`, with instants as text. The counts are exact, so that `error` is 0. It counts
 * every value, so it has a limit of different ones for each group and window, 10,000 unless set: null beyond, never a
 * wrong list. Texts are told apart by their first 500 characters. Of nothing: an empty list.
 */
export function topK<T>(
  of: Expr<T>,
  k: number,
  options: { readonly limit?: number } = {},
): Aggregate<TopValue<NonNullable<T>>[] | null> {
  checkSettings(options, ['limit'], 'topK(…)');
  wholeNumber(k, MAX_TOP, 'topK(…) has a k of');
  const limit = wholeNumber(options.limit ?? DEFAULT_DISTINCT_LIMIT, MAX_DISTINCT_LIMIT, 'topK(…) has a limit of');
  return column({ kind: 'topK', k, limit }, of, 'value');
}

/** The bounds themselves, ascending; or those of `buckets` equal buckets from one number to another. */
export type HistogramOptions =
  | { readonly bounds: readonly number[] }
  | { readonly from: number; readonly to: number; readonly buckets: number };

/**
 * How many numbers are in each bucket between fixed bounds, and below and above all of them:
 * `[{ from: null, to: 10, count }, { from: 10, to: 100, count }, { from: 100, to: null, count }]` for the bounds 10 and
 * 100. A bucket holds its `from` and not its `to`. All buckets are listed; of nothing, each with 0.
 *
 * @example histogram(e.celsius, { from: -20, to: 40, buckets: 12 })
 */
export function histogram(of: Num, options: HistogramOptions): Aggregate<HistogramBucket[]> {
  return column({ kind: 'histogram', bounds: boundsOf(options) }, of, 'number');
}

function boundsOf(options: HistogramOptions): readonly number[] {
  const where = 'histogram(…)';
  const isList = typeof options === 'object' && options !== null && 'bounds' in options;
  checkSettings(options, isList ? ['bounds'] : ['from', 'to', 'buckets'], where);
  const bounds = isList ? options.bounds : equalBounds(options);
  if (!Array.isArray(bounds) || bounds.length < 1 || bounds.length > MAX_BUCKETS + 1) {
    throw new DefinitionError(`${where} needs a list of 1 to ${MAX_BUCKETS + 1} bounds.`);
  }
  bounds.forEach((bound, index) => {
    if (!Number.isFinite(bound) || (index > 0 && bound <= bounds[index - 1])) {
      throw new DefinitionError(
        `${where} has the bounds ${bounds.join(', ')}: they must be numbers, each above the last.`,
      );
    }
  });
  return bounds.map((bound) => bound + 0);
}

function equalBounds({ from, to, buckets }: { from: number; to: number; buckets: number }): number[] {
  wholeNumber(buckets, MAX_BUCKETS, 'histogram(…) has a number of buckets of');
  return Array.from({ length: buckets + 1 }, (_, i) => (i === buckets ? to : from + ((to - from) * i) / buckets));
}
