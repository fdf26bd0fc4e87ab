/**
 * A value of an event, for a sentence about it, in at most 80 characters: texts can be as long as the event. Objects and
 * arrays are named, not shown: they may be nested more deeply than `JSON.stringify` goes.
 */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
