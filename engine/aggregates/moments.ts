import type { ByteReader } from '../codec/byte-reader.ts';
import type { ByteWriter } from '../codec/byte-writer.ts';
import { CodecError } from '../codec/errors.ts';
import { type Dyadic, nearestQuotient, plus } from './dyadic.ts';
import { ExactSum } from './exact-sum.ts';

/** `sample` divides by n − 1 and needs two values, `population` divides by n and needs one. */
export type VarianceOf = 'sample' | 'population';

/**
 * What variance and standard deviation are made of: n, Σx and Σx², both sums exact.
 *
 * A sum of squares in doubles is the textbook mistake: n·Σx² − (Σx)² cancels, and what is left is rounding error. The
 * textbook cure, merging means and deviations (T. F. Chan, G. H. Golub, R. J. LeVeque, 1979), cancels nothing but rounds
 * at each merge, and differently for each grouping: the same events in other batches would give a row with other last
 * digits. Exact sums round nowhere, so they neither cancel nor depend on the grouping.
 */
export class Moments {
  #count = 0;
  readonly #sum: ExactSum;
  readonly #squares: ExactSum;
  #tooLarge = false;

  constructor(sum = new ExactSum(), squares = new ExactSum()) {
    this.#sum = sum;
    this.#squares = squares;
  }

  /** Adds a finite number. Beyond 2^500 there is no variance; below 2^-480 a number counts as 0, so that squares are exact. */
  add(value: number): void {
    this.#count += 1;
    const magnitude = Math.abs(value);
    if (magnitude > LARGEST) {
      this.#tooLarge = true;
      return;
    }
    if (magnitude < SMALLEST) return;
    this.#sum.add(value);
    const square = value * value;
    this.#squares.add(square);
    const error = squareError(value, square);
    if (error !== 0) this.#squares.add(error);
  }

  merge(from: Moments): void {
    this.#count += from.#count;
    this.#tooLarge ||= from.#tooLarge;
    this.#sum.merge(from.#sum);
    this.#squares.merge(from.#squares);
  }

  /**
   * The double nearest to (n·Σx² − (Σx)²) / (n·(n − 1)), for a population n·n: null of too few values, or where one was
   * beyond ±2^500. Throws a `CodecError` where it would be negative: only bytes that went bad hold such sums.
   */
  variance(of: VarianceOf): number | null {
    const n = this.#count;
    const divisor = of === 'sample' ? n - 1 : n;
    if (divisor <= 0 || this.#tooLarge) return null;
    return this.#smallVariance(divisor) ?? this.#anyVariance(divisor);
  }

  /** Where all steps are whole numbers that doubles hold, as for counts and milliseconds: one division, rounded once. */
  #smallVariance(divisor: number): number | null {
    const sum = this.#sum.smallWhole();
    const squares = this.#squares.smallWhole();
    if (sum === null || squares === null) return null;
    const left = this.#count * squares;
    const right = sum * sum;
    const denominator = this.#count * divisor;
    const exact = Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(denominator);
    return exact && left >= right ? (left - right) / denominator : null;
  }

  #anyVariance(divisor: number): number | null {
    const n = BigInt(this.#count);
    const sum = this.#sum.exact();
    const squares = this.#squares.exact();
    const left: Dyadic = { units: n * squares.units, exponent: squares.exponent };
    const right: Dyadic = { units: -(sum.units * sum.units), exponent: 2 * sum.exponent };
    const variance = nearestQuotient(plus(left, right), n * BigInt(divisor));
    if (variance !== null && variance < 0) {
      throw new CodecError('A stored variance is below 0: its sum of squares does not go with its sum and count.');
    }
    return variance;
  }

  /** A varint of twice the count, plus 1 where a value was too large; then both sums. */
  encode(out: ByteWriter): void {
    out.varint(this.#count * 2 + (this.#tooLarge ? 1 : 0));
    this.#sum.encode(out);
    this.#squares.encode(out);
  }

  static decode(input: ByteReader): Moments {
    const header = input.varint();
    const moments = new Moments(ExactSum.decode(input), ExactSum.decode(input));
    moments.#count = Math.floor(header / 2);
    moments.#tooLarge = header % 2 === 1;
    return moments;
  }
}

const LARGEST = 2 ** 500;
/** The square of a number from here on has its last bit at 2^-1064 or above, which doubles can hold. */
const SMALLEST = 2 ** -480;
const LARGEST_EXACT_SQUARE_ROOT = 94_906_265;
/** 2^27 + 1: splits 53 bits into two halves whose products are exact. */
const SPLITTER = 134_217_729;

/** x² − square, exactly, where square is x·x rounded (T. J. Dekker, "A Floating-Point Technique…", 1971). */
function squareError(x: number, square: number): number {
  if (Number.isInteger(x) && x <= LARGEST_EXACT_SQUARE_ROOT && x >= -LARGEST_EXACT_SQUARE_ROOT) return 0;
  const scaled = SPLITTER * x;
  const high = scaled - (scaled - x);
  const low = x - high;
  return high * high - square + 2 * high * low + low * low;
}
