import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { type Dyadic, nearestQuotient, plus } from './dyadic.ts';
import { ExactProducts, LARGEST_FACTOR, SMALLEST_FACTOR } from './exact-products.ts';
import { ExactSum } from './exact-sum.ts';
import type { VarianceOf } from './moments.ts';

/**
 * What covariance, correlation and slope are made of: n, Σx, Σy, Σxy, Σx² and Σy², each exact, so that they depend on the pairs alone
 * and not on how these came (`moments.ts` says why).
 */
export class PairMoments {
  #count = 0;
  #tooLarge = false;
  #x = new ExactSum();
  #y = new ExactSum();
  #xy = new ExactProducts();
  #xx = new ExactProducts();
  #yy = new ExactProducts();

  /** Adds a pair of finite numbers. Beyond ±2^500 there is no result; within ±2^-480 a number counts as 0. */
  add(givenX: number, givenY: number): void {
    this.#count += 1;
    if (Math.abs(givenX) > LARGEST_FACTOR || Math.abs(givenY) > LARGEST_FACTOR) {
      this.#tooLarge = true;
      return;
    }
    const x = Math.abs(givenX) < SMALLEST_FACTOR ? 0 : givenX;
    const y = Math.abs(givenY) < SMALLEST_FACTOR ? 0 : givenY;
    this.#x.add(x);
    this.#y.add(y);
    this.#xy.add(x, y);
    this.#xx.add(x, x);
    this.#yy.add(y, y);
  }

  merge(from: PairMoments): void {
    this.#count += from.#count;
    this.#tooLarge ||= from.#tooLarge;
    this.#x.merge(from.#x);
    this.#y.merge(from.#y);
    this.#xy.merge(from.#xy);
    this.#xx.merge(from.#xx);
    this.#yy.merge(from.#yy);
  }

  /** The double nearest to (n·Σxy − Σx·Σy) / (n·(n − 1)); a population divides by n·n. Null of too few pairs. */
  covariance(of: VarianceOf): number | null {
    const divisor = of === 'sample' ? this.#count - 1 : this.#count;
    if (divisor <= 0 || this.#tooLarge) return null;
    return nearestQuotient(this.#spreadOf(this.#xy, this.#x, this.#y), BigInt(this.#count) * BigInt(divisor));
  }

  /** From −1 to 1: the covariance over both standard deviations. Null where one of the two numbers does not vary. */
  correlation(): number | null {
    const ofX = this.#varianceOf(this.#xx, this.#x);
    const ofY = this.#varianceOf(this.#yy, this.#y);
    if (ofX.units === 0n || ofY.units === 0n || this.#tooLarge) return null;
    const spread = this.#spreadOf(this.#xy, this.#x, this.#y);
    // The square is rounded once, and the root of it once more.
    const square = quotient(
      { units: spread.units * spread.units, exponent: 2 * spread.exponent },
      { units: ofX.units * ofY.units, exponent: ofX.exponent + ofY.exponent },
    );
    if (square === null) return null;
    const size = Math.min(1, Math.sqrt(square));
    return spread.units < 0n && size > 0 ? -size : size;
  }

  /** Of the line through the pairs with the least squares of errors in y: how much y rises by where x does by 1. */
  slope(): number | null {
    const ofX = this.#varianceOf(this.#xx, this.#x);
    if (ofX.units === 0n || this.#tooLarge) return null;
    return quotient(this.#spreadOf(this.#xy, this.#x, this.#y), ofX);
  }

  #spreadOf(products: ExactProducts, one: ExactSum, other: ExactSum): Dyadic {
    const { units, exponent } = products.exact();
    const [left, right] = [one.exact(), other.exact()];
    return plus(
      { units: BigInt(this.#count) * units, exponent },
      { units: -(left.units * right.units), exponent: left.exponent + right.exponent },
    );
  }

  #varianceOf(squares: ExactProducts, sum: ExactSum): Dyadic {
    const spread = this.#spreadOf(squares, sum, sum);
    if (spread.units >= 0n) return spread;
    throw new CodecError('A stored variance is below 0: its sum of squares does not go with its sum and count.');
  }

  /** A varint of twice the count, plus 1 where a value was too large; the sums. */
  encode(out: ByteWriter): void {
    out.varint(this.#count * 2 + (this.#tooLarge ? 1 : 0));
    for (const sum of [this.#x, this.#y, this.#xy, this.#xx, this.#yy]) sum.encode(out);
  }

  static decode(input: ByteReader): PairMoments {
    const moments = new PairMoments();
    const header = input.varint();
    moments.#count = Math.floor(header / 2);
    moments.#tooLarge = header % 2 === 1;
    moments.#x = ExactSum.decode(input);
    moments.#y = ExactSum.decode(input);
    moments.#xy = ExactProducts.decode(input);
    moments.#xx = ExactProducts.decode(input);
    moments.#yy = ExactProducts.decode(input);
    return moments;
  }
}

/** The double nearest to a quotient of two, of which the second is above 0. */
function quotient(numerator: Dyadic, denominator: Dyadic): number | null {
  const exponent = numerator.exponent - denominator.exponent;
  return nearestQuotient({ units: numerator.units, exponent }, denominator.units);
}
