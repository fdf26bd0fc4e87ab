import { BugError } from '../ir/bug-error.ts';
/**
 * Exact values `units · 2^exponent`. Every finite double is one, and so is every sum and product of doubles. Right at
 * any magnitude, and slow (about a microsecond a step): used once per result, never per event.
 */
export interface Dyadic {
  readonly units: bigint;
  readonly exponent: number;
}

/** The exact value of a finite double. */
export function dyadicOf(value: number): Dyadic {
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xfffff) * 2 ** 32 + bits.getUint32(4);
  // Subnormal doubles lack the leading one and have the exponent of the smallest normal one.
  const mantissa = BigInt(biased === 0 ? fraction : fraction + 2 ** 52);
  return { units: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}

/** The exact sum of finite doubles, each times 2^`scale`. */
export function dyadicSum(values: readonly number[], scale = 0): Dyadic {
  return values
    .map(dyadicOf)
    .map(({ units, exponent }) => ({ units, exponent: exponent + scale }))
    .reduce(plus, ZERO);
}

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.units === 0n) return b;
  if (b.units === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  return { units: unitsAt(a, exponent) + unitsAt(b, exponent), exponent };
}

/**
 * The double nearest to `numerator / denominator`; on a tie the one with an even last bit, as IEEE 754 rounds. Null
 * beyond the range of doubles. `denominator` > 0. Never -0.
 */
export function nearestQuotient(numerator: Dyadic, denominator: bigint): number | null {
  if (numerator.units === 0n) return 0;
  const magnitude = numerator.units < 0n ? -numerator.units : numerator.units;
  // The integer quotient gets 55 or 56 bits: 53 to keep, and a tie or a remainder below them cannot be missed as the
  // last bit also stands for all that the division leaves over.
  const shift = bitLength(denominator) - bitLength(magnitude) + 55;
  const dividend = shift > 0 ? magnitude << BigInt(shift) : magnitude;
  const divisor = shift < 0 ? denominator << BigInt(-shift) : denominator;
  const quotient = dividend / divisor;
  const sticky = quotient * divisor === dividend ? 0n : 1n;
  const rounded = nearest(quotient | sticky, numerator.exponent - shift);
  if (rounded === Number.POSITIVE_INFINITY) return null;
  return numerator.units < 0n && rounded !== 0 ? -rounded : rounded;
}

/**
 * The fewest doubles whose exact sum is the value, which is within their range. Each rounds what the ones before leave.
 */
export function doublesOf(value: Dyadic): number[] {
  const doubles: number[] = [];
  let rest = value;
  while (rest.units !== 0n) {
    const next = nearestQuotient(rest, 1n);
    // A sum of doubles is a whole number of 2^-1074, so that it never rounds to 0.
    if (next === null || next === 0) throw new BugError('The value is no sum of doubles within their range.');
    doubles.push(next);
    rest = plus(rest, dyadicOf(-next));
  }
  return doubles;
}

const ZERO: Dyadic = { units: 0n, exponent: 0 };
const LOWEST_EXPONENT = -1074;
const bits = new DataView(new ArrayBuffer(8));

function unitsAt(value: Dyadic, exponent: number): bigint {
  return value.units << BigInt(value.exponent - exponent);
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

/** The double nearest to `units · 2^exponent`, units > 0; Infinity where it is beyond the range. */
function nearest(units: bigint, exponent: number): number {
  // Doubles end at 2^-1074: a value near there keeps fewer than 53 bits, and rounds once, at its last bit.
  const drop = Math.max(bitLength(units) - 53, LOWEST_EXPONENT - exponent, 0);
  const kept = units >> BigInt(drop);
  const twiceRest = (units - (kept << BigInt(drop))) * 2n;
  const one = 1n << BigInt(drop);
  const up = twiceRest > one || (twiceRest === one && (kept & 1n) === 1n);
  return timesPowerOfTwo(Number(up ? kept + 1n : kept), exponent + drop);
}

/**
 * In two steps, as 2^exponent alone can be beyond the range of doubles where the product is not. Exact, or Infinity.
 */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
