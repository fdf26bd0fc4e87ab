/**
 * Adds all items to a list. `push(...items)` would put each on the stack, which overflows at about a hundred thousand:
 * more groups than that fit into one record.
 */
export function append<T>(into: T[], items: Iterable<T>): void {
  for (const item of items) into.push(item);
}
