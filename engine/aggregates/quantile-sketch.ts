import { BugError } from '../ir/bug-error.ts';
import { type BinLimits, NumberBins } from './number-bins.ts';

export interface SketchLimits extends BinLimits {
  /** Up to so many different numbers each is counted for itself. */
  readonly maxExact: number;
}

/**
 * Up to so many different numbers a group's quantiles are exact. Their state then fits into one write unit where the
 * numbers are whole, or have two decimals, and into three where they are any doubles: `npm run bench` prints it.
 */
export const MAX_EXACT = 256;
/** The most bins: at a relative error of 1 %, numbers across 19 powers of ten need this many. */
export const MAX_BINS = 4096;

/** The limits for a relative error that bins have at best. */
export function limitsFor(relativeError: number): SketchLimits {
  return { finestBits: NumberBins.bitsFor(relativeError), maxBins: MAX_BINS, maxExact: MAX_EXACT };
}

/** What a sketch has kept of its numbers. */
export type SketchContent =
  /** How often each number came. */
  | { readonly kind: 'exact'; readonly counts: Map<number, number> }
  | { readonly kind: 'bins'; readonly bins: NumberBins }
  /** Nothing: an earlier version dropped numbers that fell into more bins than there may be. */
  | { readonly kind: 'lost' };

/**
 * Gives quantiles of numbers: exact ones up to `maxExact` different numbers, beyond that from counts in bins.
 *
 * Which of the two, and how fine the bins are, depends on the numbers alone: a part of the numbers has no more different
 * ones than all of them. So every order and every division into sketches comes to the same content.
 */
export class QuantileSketch {
  readonly #limits: SketchLimits;
  #content: SketchContent;

  constructor(limits: SketchLimits, content: SketchContent = { kind: 'exact', counts: new Map() }) {
    this.#limits = limits;
    this.#content = content;
  }

  get content(): SketchContent {
    return this.#content;
  }

  /** Adds a finite number. */
  add(value: number): void {
    if (!Number.isFinite(value)) throw new BugError(`A quantile was given ${value}: numbers of events are finite.`);
    // Adding 0 makes -0 a 0.
    this.#count(value + 0, 1);
  }

  merge({ content: from }: QuantileSketch): void {
    if (from.kind === 'exact') {
      for (const [value, times] of from.counts) this.#count(value, times);
    } else if (from.kind === 'lost') {
      this.#content = from;
    } else {
      this.#inBins()?.merge(from.bins);
    }
  }

  /**
   * The least number that a share of `q` (0 to 1) of all numbers do not exceed: exactly, or from bins within half their
   * width. The least and the greatest number are always exact. Null if there are no numbers, or they are lost.
   */
  quantile(q: number): number | null {
    const content = this.#content;
    if (content.kind === 'lost') return null;
    let total = 0;
    for (const more of (content.kind === 'exact' ? content : content.bins).counts.values()) total += more;
    if (total === 0) return null;
    // ⌈q · total⌉, but not where rounding has lifted the product above a whole number, as it does for 0.07 · 100.
    const rank = Math.max(1, total - Math.floor(total - q * total));
    return content.kind === 'exact' ? numberAt(content.counts, rank) : content.bins.at(rank, total);
  }

  #count(value: number, times: number): void {
    const content = this.#content;
    if (content.kind === 'bins') {
      content.bins.add(value, times);
    } else if (content.kind === 'exact') {
      const before = content.counts.get(value);
      content.counts.set(value, (before ?? 0) + times);
      if (before === undefined && content.counts.size > this.#limits.maxExact) this.#inBins();
    }
  }

  /** Goes over to bins. Null where the numbers are lost. */
  #inBins(): NumberBins | null {
    const content = this.#content;
    if (content.kind !== 'exact') return content.kind === 'bins' ? content.bins : null;
    const bins = new NumberBins(this.#limits);
    for (const [value, times] of content.counts) bins.add(value, times);
    this.#content = { kind: 'bins', bins };
    return bins;
  }
}

function numberAt(counts: ReadonlyMap<number, number>, rank: number): number {
  let left = rank;
  for (const value of Float64Array.from(counts.keys()).sort()) {
    left -= counts.get(value) as number;
    if (left <= 0) return value;
  }
  throw new BugError('The counts of numbers add up to less than their sum.');
}
