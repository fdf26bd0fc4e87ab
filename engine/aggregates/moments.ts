import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { type Dyadic, nearestQuotient, plus } from './dyadic.ts';
import { ExactSum } from './exact-sum.ts';

/** `sample` divides by n − 1 and needs two values, `population` divides by n and needs one. */
export type VarianceOf = 'sample' | 'population';

/**
 * What variance and standard deviation are made of: n, Σx and Σx², both sums exact.
 *
 * A sum of squares in doubles is the textbook mistake: n·Σx² − (Σx)² cancels and leaves rounding error. The textbook
 * cure, merging means and deviations (T. F. Chan, G. H. Golub, R. J. LeVeque, 1979), cancels nothing but rounds at each
 * merge, differently for each grouping: the same events in other batches would give other last digits. Exact sums never
 * round, so they neither cancel nor depend on the grouping.
 */
export class Moments {
  #count = 0;
  #tooLarge = false;
  #sum = new ExactSum();
  /**
   * Σx² is the sum of two: the squares rounded to doubles, and what rounding took off. The second is null while it is
   * 0.
   */
  #squares = new ExactSum();
  #squareErrors: ExactSum | null = null;

  /**
   * Adds a finite number. Beyond ±2^500 there is no variance; within ±2^-480 it counts as 0, so that squares are exact.
   */
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
    if (error === 0) return;
    this.#squareErrors ??= new ExactSum();
    this.#squareErrors.add(error);
  }

  merge(from: Moments): void {
    this.#count += from.#count;
    this.#tooLarge ||= from.#tooLarge;
    this.#sum.merge(from.#sum);
    this.#squares.merge(from.#squares);
    if (from.#squareErrors === null) return;
    this.#squareErrors ??= new ExactSum();
    this.#squareErrors.merge(from.#squareErrors);
  }

  /**
   * The double nearest to (n·Σx² − (Σx)²) / (n·(n − 1)); a population divides by n·n. Null if there are too few values,
   * or one was beyond ±2^500. Throws a `CodecError` if it would be negative: only damaged bytes hold such sums.
   */
  variance(of: VarianceOf): number | null {
    const n = this.#count;
    const divisor = of === 'sample' ? n - 1 : n;
    if (divisor <= 0 || this.#tooLarge) return null;
    const variance = this.#smallVariance(divisor) ?? this.#anyVariance(divisor);
    if (variance !== null && variance < 0) {
      throw new CodecError('A stored variance is below 0: its sum of squares does not go with its sum and count.');
    }
    return variance;
  }

  /** If doubles hold every step as a whole number, as for counts and milliseconds: one division, rounded once. */
  #smallVariance(divisor: number): number | null {
    const sum = this.#sum.smallWhole();
    const squares = this.#squareErrors === null ? this.#squares.smallWhole() : null;
    if (sum === null || squares === null) return null;
    const left = this.#count * squares;
    const right = sum * sum;
    const denominator = this.#count * divisor;
    const isExact = Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(denominator);
    return isExact ? (left - right) / denominator : null;
  }

  #anyVariance(divisor: number): number | null {
    const n = BigInt(this.#count);
    const sum = this.#sum.exact();
    const rounded = this.#squares.exact();
    const squares = this.#squareErrors === null ? rounded : plus(rounded, this.#squareErrors.exact());
    const left: Dyadic = { units: n * squares.units, exponent: squares.exponent };
    const right: Dyadic = { units: -(sum.units * sum.units), exponent: 2 * sum.exponent };
    return nearestQuotient(plus(left, right), n * BigInt(divisor));
  }

  /**
   * A varint of four times the count, plus 1 where a value was too large, plus 2 where a third sum follows; the sums.
   */
  encode(out: ByteWriter): void {
    out.varint(this.#count * 4 + (this.#tooLarge ? 1 : 0) + (this.#squareErrors === null ? 0 : 2));
    this.#sum.encode(out);
    this.#squares.encode(out);
    this.#squareErrors?.encode(out);
  }

  static decode(input: ByteReader): Moments {
    const moments = new Moments();
    const header = input.varint();
    moments.#count = Math.floor(header / 4);
    moments.#tooLarge = header % 2 === 1;
    moments.#sum = ExactSum.decode(input);
    moments.#squares = ExactSum.decode(input);
    if (header % 4 >= 2) moments.#squareErrors = ExactSum.decode(input);
    return moments;
  }
}

const LARGEST = 2 ** 500;
/** The square of a number from here on has its last bit at 2^-1064 or above, which doubles can hold. */
const SMALLEST = 2 ** -480;
/** 2^27 + 1: splits 53 bits into two halves whose products are exact. */
const SPLITTER = 134_217_729;

/** x² − square, exactly, where square is x·x rounded (T. J. Dekker, 1971; the form for squares is Shewchuk's, 1997). */
function squareError(x: number, square: number): number {
  const scaled = SPLITTER * x;
  const high = scaled - (scaled - x);
  const low = x - high;
  return high * high - square + 2 * high * low + low * low;
}
