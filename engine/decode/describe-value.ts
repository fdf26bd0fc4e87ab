/**
 * Words for a value in an error message, in at most 80 characters: a text can be as long as the event. Names objects
 * and arrays instead of showing them, because they may be nested too deeply for `JSON.stringify`.
 */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  // `JSON.parse` makes infinity of 1e400, and `JSON.stringify` null of infinity.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return 'a number beyond the range of doubles';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
