/** The least of the values; infinity of none. `Math.min(...values)` would overflow the stack on many. */
export function least(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** The greatest of the values; minus infinity of none. `Math.max(...values)` would overflow the stack on many. */
export function greatest(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}
