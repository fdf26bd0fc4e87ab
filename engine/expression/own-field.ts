/** Whether every object inherits a property of this name, such as `constructor`. Only an own property is a field. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** A field of an event or of a struct in it. Undefined if it is missing, whatever objects inherit. */
export function ownField(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name)
    ? (owner as Record<string, unknown>)[name]
    : undefined;
}
