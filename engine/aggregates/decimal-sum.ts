import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { type Dyadic, nearestQuotient, plus } from './dyadic.ts';
import { ExactSum } from './exact-sum.ts';

/**
 * The exact sum of numbers that were written in decimal digits, each as the double nearest to it. A double stands for the number of
 * fewest digits that it is nearest to: the one that was written, if that had at most 15. So 0.1 and 0.2 add up to 0.3, and not to
 * the sum of the doubles, which is another number. A whole number is what the double is.
 *
 * A number with n digits behind the point is a whole number of 10^-n, and there is an exact sum of these for each n.
 */
export class DecimalSum {
  readonly #sums = new Map<number, ExactSum>();

  add(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.#of(0).addWhole(value);
      return;
    }
    for (let digits = 0; digits <= FEW_DIGITS; digits++) {
      const power = POWERS_OF_TEN[digits] as number;
      const units = Math.round(value * power);
      if (Math.abs(units) > Number.MAX_SAFE_INTEGER && digits > 0) break;
      if (units / power !== value) continue;
      this.#of(digits).add(units);
      return;
    }
    const { units, digits } = shortestDecimal(value);
    this.#of(digits).addWhole(units);
  }

  merge(from: DecimalSum): void {
    for (const [digits, sum] of from.#sums) this.#of(digits).merge(sum);
  }

  /** The double nearest to the sum divided by `count`; null where that is beyond the range of doubles. Of nothing: 0. */
  dividedBy(count: bigint): number | null {
    return nearestQuotient(this.#units(), 10n ** BigInt(this.#mostDigits()) * count);
  }

  /** The same of the sum times a whole number. */
  timesAndDividedBy(factor: bigint, count: bigint): number | null {
    const { units, exponent } = this.#units();
    return nearestQuotient({ units: units * factor, exponent }, 10n ** BigInt(this.#mostDigits()) * count);
  }

  /** How many sums there are; of each its digits, and the sum of units. */
  encode(out: ByteWriter): void {
    const sums = [...this.#sums].sort(([a], [b]) => a - b);
    out.varint(sums.length);
    for (const [digits, sum] of sums) {
      out.varint(digits);
      sum.encode(out);
    }
  }

  static decode(input: ByteReader): DecimalSum {
    const sum = new DecimalSum();
    const count = input.varint();
    if (count > MOST_DIGITS + 1) throw new CodecError(`A stored sum of decimals has ${count} parts.`);
    for (let n = 0; n < count; n++) {
      const digits = input.varint();
      if (digits > MOST_DIGITS || sum.#sums.has(digits)) {
        throw new CodecError(`A stored sum of decimals has a part with ${digits} digits behind the point.`);
      }
      sum.#sums.set(digits, ExactSum.decode(input));
    }
    return sum;
  }

  #of(digits: number): ExactSum {
    let sum = this.#sums.get(digits);
    if (sum === undefined) {
      sum = new ExactSum();
      this.#sums.set(digits, sum);
    }
    return sum;
  }

  #mostDigits(): number {
    let most = 0;
    for (const digits of this.#sums.keys()) most = Math.max(most, digits);
    return most;
  }

  /** In units of the most digits. */
  #units(): Dyadic {
    const most = this.#mostDigits();
    let total: Dyadic = { units: 0n, exponent: 0 };
    for (const [digits, sum] of this.#sums) {
      const { units, exponent } = sum.exact();
      total = plus(total, { units: units * 10n ** BigInt(most - digits), exponent });
    }
    return total;
  }
}

/** Powers of ten up to here, and units below 2^53, are doubles; the quotient of two is then the double nearest to the decimal. */
const FEW_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: FEW_DIGITS + 1 }, (_, n) => 10 ** n);
/** Of the least double: 5e-324, and 17 digits of others. */
const MOST_DIGITS = 342;

/** The decimal of fewest digits that a double is nearest to. */
function shortestDecimal(value: number): { readonly units: bigint; readonly digits: number } {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const digits = fraction.length - Number(exponent);
  const units = BigInt(`${sign}${whole}${fraction}`);
  return digits >= 0 ? { units, digits } : { units: units * 10n ** BigInt(-digits), digits: 0 };
}
