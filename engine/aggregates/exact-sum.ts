import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { type Dyadic, doublesOf, dyadicSum, nearestQuotient, plus } from './dyadic.ts';

/**
 * The exact sum of any finite doubles, rounded once, when it is asked for.
 *
 * Adding doubles rounds at each step, so a plain sum depends on the order and grouping of its additions: on shards,
 * batches and retries. Here nothing is rounded until the end, so a row depends on its events alone.
 *
 * The sum is kept as doubles whose exact total it is: `hi`, `lo`, and, rarely, more. An addition to `hi` yields the
 * rounded sum and, by Knuth's two-sum, the exact error, which goes to `lo` in the same way; only what even `lo` cannot
 * hold goes to `spill`, an expansion of doubles that do not overlap (J. R. Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic and Fast Robust Geometric Predicates", 1997). Whole numbers up to 2^53 leave no error at all, and prices
 * or sensor readings fit `hi` and `lo`.
 *
 * Numbers from 2^960 on have a sum of their own, divided by 2^600, so that 1e308 + 1e308 - 1e308 is 1e308 in any order.
 * Right for up to 2^53 additions. -0 counts as 0.
 */
export class ExactSum {
  #hi = 0;
  #lo = 0;
  /** Smallest first, as `addToExpansion` keeps them. */
  #spill: number[] | null = null;
  #huge: number[] | null = null;

  /** Adds a finite number. */
  add(value: number): void {
    if (value >= HUGE || value <= -HUGE) {
      this.#huge ??= [];
      addToExpansion(this.#huge, value * DOWN);
      return;
    }
    const hi = this.#hi + value;
    const hiPart = hi - this.#hi;
    const error = this.#hi - (hi - hiPart) + (value - hiPart);
    this.#hi = hi;
    if (error !== 0) this.#addToLow(error);
  }

  /** Adds a whole number of 64 bits: the nearest double, and what is left of it. */
  addWhole(value: bigint): void {
    const nearest = Number(value);
    this.add(nearest);
    this.add(Number(value - BigInt(nearest)));
  }

  merge(from: ExactSum): void {
    this.add(from.#hi);
    this.add(from.#lo);
    if (from.#spill !== null) for (const part of from.#spill) this.add(part);
    if (from.#huge !== null) {
      this.#huge ??= [];
      for (const part of from.#huge) addToExpansion(this.#huge, part);
    }
  }

  /** The double nearest to the exact sum (ties to even); null where that is beyond the range of doubles. */
  value(): number | null {
    // Adding two doubles rounds their exact sum correctly: that is what IEEE 754 addition is.
    return this.#isShort() ? this.#hi + this.#lo : nearestQuotient(this.exact(), 1n);
  }

  /**
   * The double nearest to the exact sum divided by `count`, a whole number from 1 to 2^53; null where that is beyond
   * the range of doubles. Can be a number where `value` is null.
   */
  dividedBy(count: number): number | null {
    if (this.#lo === 0 && this.#isShort()) {
      const quotient = this.#hi / count;
      return quotient === 0 ? 0 : quotient;
    }
    return nearestQuotient(this.exact(), BigInt(count));
  }

  /** The sum if it is a whole number below 2^53 in one double; otherwise null. For short cuts. */
  smallWhole(): number | null {
    return this.#lo === 0 && this.#isShort() && Number.isSafeInteger(this.#hi) ? this.#hi : null;
  }

  /** The sum itself, for results that need more than it. */
  exact(): Dyadic {
    const usual = dyadicSum([this.#hi, this.#lo, ...(this.#spill ?? [])]);
    return this.#huge === null ? usual : plus(usual, dyadicSum(this.#huge, UP_EXPONENT));
  }

  /**
   * A varint, twice the number of doubles that follow, plus 1 where huge ones follow them (their number, then they).
   * A whole number takes no doubles but a signed varint. Without huge ones the bytes are a function of the sum alone.
   */
  encode(out: ByteWriter): void {
    const small = this.smallWhole();
    if (small !== null && writeWhole(out, small)) return;
    const parts = this.#fewestParts();
    const huge = this.#huge === null ? [] : doublesOf(dyadicSum(this.#huge));
    if (huge.length === 0 && parts.length <= 1 && writeWhole(out, parts[0] ?? 0)) return;
    out.varint(parts.length * 2 + (huge.length > 0 ? 1 : 0));
    for (const part of parts) out.float64(part);
    if (huge.length === 0) return;
    out.varint(huge.length);
    for (const part of huge) out.float64(part);
  }

  static decode(input: ByteReader): ExactSum {
    const sum = new ExactSum();
    const header = input.varint();
    if (header === 0) {
      sum.#hi = input.signedVarint();
      return sum;
    }
    const parts = readParts(input, Math.floor(header / 2), PART_LIMIT);
    sum.#hi = parts[0] ?? 0;
    sum.#lo = parts[1] ?? 0;
    if (parts.length > 2) sum.#spill = parts.slice(2).reverse();
    if (header % 2 === 1) sum.#huge = readParts(input, input.varint(), HUGE_PART_LIMIT).reverse();
    return sum;
  }

  #addToLow(value: number): void {
    const lo = this.#lo + value;
    const loPart = lo - this.#lo;
    const error = this.#lo - (lo - loPart) + (value - loPart);
    this.#lo = lo;
    if (error === 0) return;
    this.#spill ??= [];
    addToExpansion(this.#spill, error);
  }

  /** The doubles, largest first, that add up to the sum without the huge numbers. */
  #fewestParts(): number[] {
    if (this.#spill !== null && this.#spill.length > 0) {
      return doublesOf(dyadicSum([this.#hi, this.#lo, ...this.#spill]));
    }
    const parts: number[] = [];
    addToExpansion(parts, this.#hi);
    addToExpansion(parts, this.#lo);
    return parts.reverse();
  }

  #isShort(): boolean {
    return (this.#spill === null || this.#spill.length === 0) && (this.#huge === null || this.#huge.length === 0);
  }
}

/** A sum of 2^53 numbers below this stays far inside the range of doubles, and so do the steps of two-sum. */
const HUGE = 2 ** 960;
const UP_EXPONENT = 600;
/** Exact on a huge number: its last bit is worth at least 2^908. */
const DOWN = 2 ** -UP_EXPONENT;
/** Parts that `add` can have made are below these. */
const PART_LIMIT = 2 ** 1014;
const HUGE_PART_LIMIT = 2 ** 478;
/** Each part is at most half the last bit of the one before: 53 bits further down the 2,088 that there are. */
const MOST_PARTS = 40;
const LONGEST_WHOLE = 2 ** 52 - 1;

/** Writes a sum that is a whole number short enough for a signed varint; otherwise writes nothing and says so. */
function writeWhole(out: ByteWriter, sum: number): boolean {
  if (!Number.isInteger(sum) || Math.abs(sum) > LONGEST_WHOLE) return false;
  out.varint(0);
  out.signedVarint(sum);
  return true;
}

/** Adds exactly: each part takes up the number in turn and leaves the rounding error in its place. Drops zeros. */
function addToExpansion(parts: number[], value: number): void {
  let sum = value;
  let kept = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as number;
    const next = sum + part;
    const nextPart = next - sum;
    const error = sum - (next - nextPart) + (part - nextPart);
    if (error !== 0) parts[kept++] = error;
    sum = next;
  }
  parts.length = kept;
  if (sum !== 0) parts.push(sum);
}

function readParts(input: ByteReader, count: number, limit: number): number[] {
  if (count > MOST_PARTS) {
    throw new CodecError(`A stored sum announces ${count} parts; it never takes more than ${MOST_PARTS}.`);
  }
  const parts: number[] = [];
  for (let i = 0; i < count; i++) {
    const part = input.float64();
    if (part === 0 || !(Math.abs(part) < limit)) {
      throw new CodecError(
        `A stored sum has a part of ${part}; parts are not 0 and their magnitude is below ${limit}.`,
      );
    }
    parts.push(part);
  }
  return parts;
}
