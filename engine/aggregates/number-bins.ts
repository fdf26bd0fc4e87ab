import { BugError } from '../ir/bug-error.ts';

/** How fine bins are at best, and how many there are at most. */
export interface BinLimits {
  /** From 0 to 19: each octave is divided in 2^`finestBits` parts. */
  readonly finestBits: number;
  readonly maxBins: number;
}

export interface StoredBins {
  readonly bits: number;
  readonly counts: Map<number, number>;
  readonly least: number;
  readonly greatest: number;
}

/**
 * Counts of numbers in bins. A bin is as wide as a fixed share of its numbers, so the counts give the number at any rank
 * within a relative error.
 *
 * The bins divide each octave from 2^e to 2^(e+1) in 2^bits equal parts, so that a number's bin is the first bits of
 * its IEEE 754 form: no logarithm, which machines may round differently. The middle of a bin is within 2^-(bits+1) of
 * all that is in it. Bins have the order of their numbers, negative ones below 0; magnitudes below 2^-1022 count as 0.
 *
 * Where the numbers fall into more bins than there may be, each two neighbours become one: `bits` falls by one, and the
 * error doubles. (Joining all bins alike and not only some is the uniform collapse of UDDSketch: Epicoco et al., 2020.)
 * Whole octaves, of which the middle is within a half, always fit.
 *
 * `bits` and counts depend on the numbers alone, never on their order or on how they were divided: a part of the numbers
 * fills no more bins than all of them, so it never has coarser ones.
 */
export class NumberBins {
  readonly #limits: BinLimits;
  #bits: number;
  #counts = new Map<number, number>();
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  constructor(limits: BinLimits) {
    this.#limits = limits;
    this.#bits = limits.finestBits;
  }

  /** Bins as they were stored. */
  static of(limits: BinLimits, { bits, counts, least, greatest }: StoredBins): NumberBins {
    const bins = new NumberBins(limits);
    bins.#bits = bits;
    bins.#counts = counts;
    bins.#least = least;
    bins.#greatest = greatest;
    return bins;
  }

  /** The fewest bits for which the middle of a bin is within `relativeError` of the bin's numbers. */
  static bitsFor(relativeError: number): number {
    let bits = 0;
    while (2 ** -(bits + 1) > relativeError) bits++;
    return bits;
  }

  get bits(): number {
    return this.#bits;
  }

  /** How many numbers are in each bin that has some. */
  get counts(): ReadonlyMap<number, number> {
    return this.#counts;
  }

  get least(): number {
    return this.#least;
  }

  get greatest(): number {
    return this.#greatest;
  }

  /** Adds a finite number so many times. */
  add(value: number, times = 1): void {
    this.#count(binOf(value, this.#bits), times);
    if (value < this.#least) this.#least = value;
    if (value > this.#greatest) this.#greatest = value;
  }

  merge(from: NumberBins): void {
    while (this.#bits > from.bits) this.#coarsen();
    // Counting can make the bins coarser on the way.
    for (const [bin, count] of from.counts) this.#count(coarser(bin, from.bits - this.#bits), count);
    this.#least = Math.min(this.#least, from.least);
    this.#greatest = Math.max(this.#greatest, from.greatest);
  }

  /** About the number at a rank, from 1 (the least) to `total` (the greatest), which are exact. */
  at(rank: number, total: number): number {
    if (rank === 1) return this.#least;
    if (rank === total) return this.#greatest;
    let left = rank;
    for (const bin of this.sorted()) {
      left -= this.#counts.get(bin) as number;
      if (left <= 0) return Math.min(Math.max(middleOf(bin, this.#bits), this.#least), this.#greatest);
    }
    throw new BugError('The counts of bins add up to less than their sum.');
  }

  sorted(): Int32Array {
    return Int32Array.from(this.#counts.keys()).sort();
  }

  #count(bin: number, more: number): void {
    const before = this.#counts.get(bin);
    this.#counts.set(bin, (before ?? 0) + more);
    if (before !== undefined) return;
    while (this.#counts.size > mostBins(this.#bits, this.#limits)) this.#coarsen();
  }

  #coarsen(): void {
    const finer = this.#counts;
    this.#counts = new Map();
    this.#bits--;
    for (const [bin, count] of finer) {
      const joined = coarser(bin, 1);
      this.#counts.set(joined, (this.#counts.get(joined) ?? 0) + count);
    }
  }
}

/** Bits of the mantissa in a double's first 32 bits, after its sign and exponent. */
const MANTISSA_BITS = 20;
/** The first 32 bits of 2^-1022. */
const LEAST_NORMAL = 1 << MANTISSA_BITS;
const view = new DataView(new ArrayBuffer(8));

/** Bins of whole octaves, of both signs, and that of 0: there are no more, so these always fit. */
const OCTAVES = 2 * 2046 + 1;

/** How many bins there can be. */
export function mostBins(bits: number, { maxBins }: BinLimits): number {
  return bits === 0 ? OCTAVES : maxBins;
}

/** The bin of a finite number, where each octave has 2^`bits` bins. */
export function binOf(value: number, bits: number): number {
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  const magnitude = high & 0x7fff_ffff;
  if (magnitude < LEAST_NORMAL) return 0;
  const bin = magnitude >>> (MANTISSA_BITS - bits);
  return high === magnitude ? bin : -bin;
}

/** No number is in the bins next to 0: their exponents are those of the numbers that count as 0. */
export function isBin(bin: number, bits: number): boolean {
  return bin === 0 || Math.abs(bin) >= 1 << bits;
}

function middleOf(bin: number, bits: number): number {
  if (bin === 0) return 0;
  const shift = MANTISSA_BITS - bits;
  view.setUint32(0, (Math.abs(bin) << shift) | (1 << (shift - 1)));
  view.setUint32(4, 0);
  const middle = view.getFloat64(0);
  return bin < 0 ? -middle : middle;
}

/** The bin that holds a bin, where octaves have so many times fewer bits. */
function coarser(bin: number, bits: number): number {
  return bin < 0 ? -(-bin >>> bits) : bin >>> bits;
}
