/**
 * Naive references for the exact aggregates: fractions of big integers, and rounding by search. Slow and plain on purpose.
 */
export interface Fraction {
  readonly numerator: bigint;
  /** Above 0. */
  readonly denominator: bigint;
}

/** Every finite double is a whole number of these: 2^-1074. */
const UNIT = 2n ** 1074n;

export function fractionOf(value: number): Fraction {
  return { numerator: unitsOf(value), denominator: UNIT };
}

export function sumOf(values: readonly number[]): Fraction {
  return { numerator: values.reduce((sum, value) => sum + unitsOf(value), 0n), denominator: UNIT };
}

export function meanOf(values: readonly number[]): Fraction {
  const { numerator, denominator } = sumOf(values);
  return { numerator, denominator: denominator * BigInt(values.length) };
}

/** By the definition: the sum of squared distances from the mean, divided by n − `less`. */
export function varianceOf(values: readonly number[], less: 0 | 1): Fraction {
  const n = BigInt(values.length);
  const total = values.reduce((sum, value) => sum + unitsOf(value), 0n);
  // Distances from the mean, times n, so that they are whole.
  const squares = values.reduce((sum, value) => sum + (n * unitsOf(value) - total) ** 2n, 0n);
  return { numerator: squares, denominator: n * n * (n - BigInt(less)) * UNIT * UNIT };
}

/** The double nearest to a fraction, on a tie the one with an even last bit; null beyond the range of doubles. */
export function nearestDouble({ numerator, denominator }: Fraction): number | null {
  if (numerator < 0n) {
    const positive = nearestDouble({ numerator: -numerator, denominator });
    return positive === null || positive === 0 ? positive : -positive;
  }
  // Positive doubles are in the order of their bits: search for the greatest that is not above.
  let low = 0n;
  let high = bitsOf(Number.MAX_VALUE);
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (unitsOf(doubleOf(middle)) * denominator <= numerator * UNIT) low = middle;
    else high = middle - 1n;
  }
  const below = unitsOf(doubleOf(low));
  // After the greatest double the next one would be 2^1024.
  const above = low === bitsOf(Number.MAX_VALUE) ? 2n ** 1024n * UNIT : unitsOf(doubleOf(low + 1n));
  const twice = 2n * numerator * UNIT;
  const middle = (below + above) * denominator;
  const up = twice > middle || (twice === middle && low % 2n === 1n);
  if (!up) return doubleOf(low);
  return low === bitsOf(Number.MAX_VALUE) ? null : doubleOf(low + 1n);
}

const view = new DataView(new ArrayBuffer(8));

export function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function doubleOf(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function unitsOf(value: number): bigint {
  const bits = bitsOf(Math.abs(value));
  const exponent = bits >> 52n;
  const fraction = bits & (2n ** 52n - 1n);
  const units = exponent === 0n ? fraction : (fraction + 2n ** 52n) << (exponent - 1n);
  return value < 0 ? -units : units;
}
