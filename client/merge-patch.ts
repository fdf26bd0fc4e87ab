/** Names of an overview under which each name is a thing that comes and goes, and not a field. */
const MAPS = new Set(['streams', 'views', 'cells', 'incidents', 'dead_by_reason', 'unknown']);

/**
 * Applies a JSON merge patch (RFC 7396) of an overview without changing what it is applied to: parts that the patch does not
 * touch stay the same objects, so that what draws them can tell. What is null in the patch is gone, or of a field has become
 * null: a reader need not tell null and missing apart.
 */
export function mergePatch<T>(target: T, patch: unknown): T {
  return merged(target, patch, false) as T;
}

function merged(target: unknown, patch: unknown, isMap: boolean): unknown {
  if (!isObject(patch)) return patch;
  // A plain object would take `__proto__` for more than a name.
  const known = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null && isMap) known.delete(name);
    else known.set(name, merged(known.get(name), value, !isMap && MAPS.has(name)));
  }
  return Object.fromEntries(known);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
