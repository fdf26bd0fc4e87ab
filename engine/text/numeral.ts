/**
 * A number as text: a sign, digits with or without a point, an exponent. There are no spaces around it, no separators of thousands,
 * no other base and no infinity. The syntax is that of RE2 and Java, for SQL says the same.
 */
export const NUMERAL_PATTERN = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?';

const NUMERAL = new RegExp(`^(?:${NUMERAL_PATTERN})$`);

/**
 * The double nearest to a number as text; null where the text is none, or is beyond the range of doubles. This is the one rule by
 * which text becomes a number: of `Numeric()`, of `toNumber()`, and of files that hold nothing but text.
 *
 * @example numberOfText('12.50') // 12.5
 * @example numberOfText('1,000') // null
 */
export function numberOfText(text: string): number | null {
  if (!NUMERAL.test(text)) return null;
  const value = Number(text);
  // −0 is 0, as in events.
  return Number.isFinite(value) ? value + 0 : null;
}
