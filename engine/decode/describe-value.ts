/**
 * Words for a value in an error message, in at most 80 characters: a text can be as long as the event. Names objects
 * and arrays instead of showing them, because they may be nested too deeply for `JSON.stringify`.
 */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
