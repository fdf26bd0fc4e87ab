/**
 * One line of CSV as RFC 4180 has it: fields with a comma, a quote or a line break are quoted, and lines end with CR LF. Null
 * is an empty field, a text of no characters `""`; lists and objects are JSON.
 *
 * A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula and computes it, and events can hold any text:
 * such a text gets a `'` before it. Numbers stay as they are. Whoever needs every text to the letter takes JSON or Parquet.
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

const FORMULA = /^[=+\-@\t\r]/;

function csvField(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return quoted(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return value === '' ? '""' : quoted(FORMULA.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
