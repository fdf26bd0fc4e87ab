/**
 * Applies a JSON merge patch (RFC 7396) without changing what it is applied to: parts that the patch does not touch stay
 * the same objects, so that what draws them can tell.
 */
export function mergePatch<T>(target: T, patch: unknown): T {
  if (!isObject(patch)) return patch as T;
  const known: Record<string, unknown> = isObject(target) ? target : {};
  const merged: Record<string, unknown> = Object.assign(Object.create(null), known);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(Object.hasOwn(known, name) ? known[name] : undefined, value);
  }
  return merged as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
