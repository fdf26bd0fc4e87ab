/**
 * Decimals are doubles: each is the one nearest to a number of at most 15 digits, and no two such numbers have the same. So what is
 * shown of one are its digits, and what it is in units of its last digit is a whole number that a double holds.
 */
export const MAX_SCALE = 9;
const MAX_UNITS = 1e15;

/** A decimal in units of its last digit. */
export function unitsOf(decimal: number, scale: number): number {
  return Math.round(decimal * 10 ** scale);
}

/** Whether a number has no more digits than a decimal of a scale: behind the point, and in all. */
export function isDecimal(value: number, scale: number): boolean {
  const units = unitsOf(value, scale);
  return Math.abs(units) < MAX_UNITS && units / 10 ** scale === value;
}

/** The digits behind the point of a constant beside decimals; undefined where there are too many. */
export function scaleOfConstant(value: number): number | undefined {
  for (let scale = 0; scale <= MAX_SCALE; scale++) if (isDecimal(value, scale)) return scale;
  return undefined;
}
