/**
 * A group's value for people: a text as it is, and in quotes where it would look like something else: an empty text like nothing,
 * the text null like no value, and a text in quotes like one without.
 */
export function groupValueText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' && /^(?:null|".*")?$/s.test(value) ? `"${value}"` : String(value);
}
