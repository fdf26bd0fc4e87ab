/**
 * Whole numbers of 64 bits. A double holds them up to 2^53; beyond, an expression's value is a bigint, so that no two
 * identifiers become one. There is one form of each: a bigint if and only if a double could not be trusted with it.
 */
export type Whole = number | bigint;

const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** The one form of a whole number; null beyond 64 bits. */
export function wholeOf(value: bigint): Whole | null {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  return value >= LEAST && value <= GREATEST ? value : null;
}

/** Whether a number that was read as a double may stand for another one: a whole one beyond 2^53. */
export function isRounded(value: unknown): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value);
}

/** A numeral of JSON: whole part, fraction, exponent. */
const NUMERAL = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
/** Digits of a whole number of 64 bits, and more than enough. */
const MOST_DIGITS = 25;

/** The whole number that a numeral of JSON is, such as 12, 12.0 and 1.2e1; null where it is none of 64 bits. */
export function wholeOfNumeral(numeral: string): Whole | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMERAL.exec(numeral) ?? [];
  const kept = fraction.replace(/0+$/, '');
  const zeros = Number(exponent) - kept.length;
  if (whole === '') return null;
  const digits = `${whole}${kept}`.replace(/^0+(?=[0-9])/, '');
  if (digits === '0') return 0;
  const cut = zeros < 0 ? digits.slice(zeros) : '';
  if (/[1-9]/.test(cut) || digits.length + zeros > MOST_DIGITS) return null;
  const text = zeros < 0 ? digits.slice(0, zeros) : digits + '0'.repeat(zeros);
  return text === '' ? null : wholeOf(BigInt(`${sign}${text}`));
}

/** A constant in a node, which is data that JSON can hold: a whole number beyond 2^53 is the text of its digits. */
export type NodeConstant = string | number | boolean;

export function toNodeConstant(value: string | Whole | boolean): NodeConstant {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The value of a constant among values of a kind. */
export function fromNodeConstant(constant: NodeConstant, kind: string): string | Whole | boolean {
  return kind === 'number' && typeof constant === 'string' ? BigInt(constant) : constant;
}
