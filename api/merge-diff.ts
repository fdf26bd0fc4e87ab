/** A value as JSON has it. */
type Json = unknown;

/**
 * The JSON merge patch (RFC 7396) that makes `after` of `before`; undefined where nothing has changed. Lists are replaced
 * whole. What is null in `after` is removed by it: a reader takes what is missing for null.
 */
export function mergeDiff(before: Json, after: Json): Json | undefined {
  if (!isObject(before) || !isObject(after)) return sameJson(before, after) ? undefined : after;
  const patch: Record<string, Json> = Object.create(null);
  let isChanged = false;
  const note = (name: string, value: Json) => {
    patch[name] = value;
    isChanged = true;
  };
  for (const name of Object.keys(before)) {
    if (own(before, name) != null && own(after, name) == null) note(name, null);
  }
  for (const [name, value] of Object.entries(after)) {
    if (value == null) continue;
    const known = own(before, name);
    const change = known == null ? value : mergeDiff(known, value);
    if (change !== undefined) note(name, change);
  }
  return isChanged ? patch : undefined;
}

/** A name such as `toString` is one that every object has, and not one of its own. */
function own(object: Record<string, Json>, name: string): Json {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameJson(a: Json, b: Json): boolean {
  return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
