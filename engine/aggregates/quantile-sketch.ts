import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { BugError } from '../ir/bug-error.ts';

/** The most bins of a sketch: at a relative error of 1 %, values across 19 powers of ten need this many. */
export const MAX_BINS = 4096;

/**
 * Counts of numbers in bins. A bin is as wide as a fixed share of its numbers, so the counts give any quantile within a
 * relative error.
 *
 * The bins divide each octave from 2^e to 2^(e+1) in 2^bits equal parts, so that a number's bin is the first bits of
 * its IEEE 754 form: no logarithm, which machines may round differently. The middle of a bin is within 2^-(bits+1) of
 * all that is in it. Bins have the order of their numbers, negative ones below 0; magnitudes below 2^-1022 count as 0.
 *
 * Bins and counts depend on the numbers alone. Beyond `MAX_BINS` the sketch drops all bins and has no quantile any
 * more: joining bins instead would break the promised error.
 */
export class QuantileSketch {
  readonly #bits: number;
  /** Null beyond `MAX_BINS`. */
  #bins: Map<number, number> | null = new Map();
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  /** `bits`, from 0 to 19, is what `bitsFor` gives. */
  constructor(bits: number) {
    this.#bits = bits;
  }

  /** The fewest bits for which the middle of a bin is within `relativeError` of the bin's numbers. */
  static bitsFor(relativeError: number): number {
    let bits = 0;
    while (2 ** -(bits + 1) > relativeError) bits++;
    return bits;
  }

  /** Adds a finite number. */
  add(value: number): void {
    if (this.#bins === null) return;
    this.#count(this.#bins, this.#binOf(value), 1);
    if (value < this.#least) this.#least = value + 0;
    if (value > this.#greatest) this.#greatest = value + 0;
  }

  merge(from: QuantileSketch): void {
    if (from.#bins === null) this.#bins = null;
    if (from.#bins === null || this.#bins === null) return;
    for (const [bin, count] of from.#bins) {
      this.#count(this.#bins, bin, count);
      if (this.#bins === null) return;
    }
    this.#least = Math.min(this.#least, from.#least);
    this.#greatest = Math.max(this.#greatest, from.#greatest);
  }

  /**
   * Estimates the least number that a share of `q` (0 to 1) of all numbers do not exceed. The least and the greatest
   * number are exact. Null if there are no numbers, and beyond `MAX_BINS`.
   */
  quantile(q: number): number | null {
    if (this.#bins === null || this.#bins.size === 0) return null;
    let count = 0;
    for (const more of this.#bins.values()) count += more;
    // ⌈q · count⌉, but not where rounding has lifted the product above a whole number, as it does for 0.07 · 100.
    const rank = Math.max(1, count - Math.floor(count - q * count));
    if (rank === 1) return this.#least;
    if (rank === count) return this.#greatest;
    let left = rank;
    for (const bin of this.#sortedBins(this.#bins)) {
      left -= this.#bins.get(bin) as number;
      if (left <= 0) return Math.min(Math.max(this.#middleOf(bin), this.#least), this.#greatest);
    }
    throw new BugError('The counts of a sketch add up to less than their sum.');
  }

  /**
   * A varint: 0 beyond `MAX_BINS`, otherwise 1 + the number of bins. Then the bins in their order, each as a varint of
   * the distance from the one before (the first in a signed one) and a varint of its count; the least and the greatest
   * number.
   */
  encode(out: ByteWriter): void {
    out.varint(this.#bins === null ? 0 : this.#bins.size + 1);
    if (this.#bins === null || this.#bins.size === 0) return;
    let before: number | null = null;
    for (const bin of this.#sortedBins(this.#bins)) {
      if (before === null) out.signedVarint(bin);
      else out.varint(bin - before);
      out.varint(this.#bins.get(bin) as number);
      before = bin;
    }
    writeValue(out, this.#least);
    writeValue(out, this.#greatest);
  }

  static decode(input: ByteReader, bits: number): QuantileSketch {
    const sketch = new QuantileSketch(bits);
    const size = input.varint() - 1;
    if (size < 0) sketch.#bins = null;
    if (size <= 0) return sketch;
    if (size > MAX_BINS) {
      throw new CodecError(`A stored sketch of quantiles announces ${size} bins; it has at most ${MAX_BINS}.`);
    }
    const bins = readBins(input, size);
    sketch.#bins = bins;
    sketch.#least = readNumber(input);
    sketch.#greatest = readNumber(input);
    const inOrder = [...bins.keys()];
    const fits =
      inOrder.every((bin) => sketch.#isBin(bin)) &&
      inOrder[0] === sketch.#binOf(sketch.#least) &&
      inOrder.at(-1) === sketch.#binOf(sketch.#greatest) &&
      sketch.#least <= sketch.#greatest;
    if (!fits) {
      throw new CodecError('A stored sketch of quantiles has bins that do not go with its least and greatest number.');
    }
    return sketch;
  }

  #count(bins: Map<number, number>, bin: number, more: number): void {
    const before = bins.get(bin);
    bins.set(bin, (before ?? 0) + more);
    if (before === undefined && bins.size > MAX_BINS) this.#bins = null;
  }

  #sortedBins(bins: Map<number, number>): Int32Array {
    return Int32Array.from(bins.keys()).sort();
  }

  #binOf(value: number): number {
    view.setFloat64(0, value);
    const high = view.getUint32(0);
    const magnitude = high & 0x7fff_ffff;
    if (magnitude < LEAST_NORMAL) return 0;
    const bin = magnitude >>> (MANTISSA_BITS - this.#bits);
    return high === magnitude ? bin : -bin;
  }

  #middleOf(bin: number): number {
    if (bin === 0) return 0;
    const shift = MANTISSA_BITS - this.#bits;
    view.setUint32(0, (Math.abs(bin) << shift) | (1 << (shift - 1)));
    view.setUint32(4, 0);
    const middle = view.getFloat64(0);
    return bin < 0 ? -middle : middle;
  }

  /** No number is in the bins next to 0: their exponents are those of the numbers that count as 0. */
  #isBin(bin: number): boolean {
    return bin === 0 || Math.abs(bin) >= LEAST_NORMAL >>> (MANTISSA_BITS - this.#bits);
  }
}

/** Bits of the mantissa in a double's first 32 bits, after its sign and exponent. */
const MANTISSA_BITS = 20;
/** The first 32 bits of 2^-1022. */
const LEAST_NORMAL = 1 << MANTISSA_BITS;
const view = new DataView(new ArrayBuffer(8));

function readBins(input: ByteReader, size: number): Map<number, number> {
  const bins = new Map<number, number>();
  let total = 0;
  let bin = 0;
  for (let i = 0; i < size; i++) {
    const distance = i === 0 ? input.signedVarint() : input.varint();
    const count = input.varint();
    if ((i > 0 && distance === 0) || count === 0) {
      throw new CodecError('A stored sketch of quantiles has a bin twice, or one of nothing.');
    }
    bin += distance;
    bins.set(bin, count);
    total += count;
  }
  if (!Number.isSafeInteger(total))
    throw new CodecError('The counts of a stored sketch of quantiles add up beyond 2^53.');
  return bins;
}

function readNumber(input: ByteReader): number {
  const value = readValue(input);
  if (typeof value === 'number') return value;
  throw new CodecError(
    `A stored sketch of quantiles holds a ${typeof value} in place of its least or greatest number.`,
  );
}
