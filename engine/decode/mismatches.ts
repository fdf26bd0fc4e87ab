import { Compile } from 'typebox/schema';
import { type StructShape, wireNameOf } from '../ir/field-shape.ts';
import type { EventSchema } from './event-schema.ts';
import { objectAt } from './wire-values.ts';

/** Whether a field is taken as null where its value is none of it, by its path on the wire. */
type Lenient = (path: readonly string[]) => boolean;

/**
 * Takes as null, in place, what does not fit in lenient fields of an event. Returns their paths on the wire: none where that does not
 * make the event fit. `schema` is in the words of the wire. Of a union, the event is taken for the first type that it then fits.
 */
export type TakeMismatches = (event: object) => readonly (readonly string[])[];

export function compileMismatches(schema: EventSchema, shape: StructShape, isLenient: Lenient): TakeMismatches {
  const members = (schema.anyOf ?? [schema]).map((member) => ({
    check: lazily(member),
    fields: lenientFields(member, shape, [], isLenient),
  }));
  return (event) => {
    for (const { check, fields } of members) {
      const taken: Taken[] = [];
      for (const field of fields) takeAsNull(event as Record<string, unknown>, field, taken);
      if (taken.length > 0 && check(event)) return taken.map(({ path }) => path);
      // Another type of the union may fit better. Copies of the event, to be tried, are too deep for some.
      for (const { owner, name, value } of taken.reverse()) owner[name] = value;
    }
    return [];
  };
}

/** A field that is null now, and what it was. */
interface Taken {
  readonly path: readonly string[];
  readonly owner: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
}

interface LenientField {
  readonly path: readonly string[];
  readonly fits: (value: unknown) => boolean;
}

/** Those in an object before the object: it may fit once they are null. */
function lenientFields(
  schema: EventSchema,
  shape: StructShape,
  path: readonly string[],
  isLenient: Lenient,
): LenientField[] {
  const { properties = {} } = presentOf(schema);
  return [...shape.fields].flatMap(([name, field]) => {
    const wireName = wireNameOf(name, field);
    const property = Object.hasOwn(properties, wireName) ? properties[wireName] : undefined;
    if (property === undefined) return [];
    const own = [...path, wireName];
    const inner = field.shape === 'struct' ? lenientFields(property, field, own, isLenient) : [];
    return isLenient(own) ? [...inner, { path: own, fits: lazily(property) }] : inner;
  });
}

/** The schema behind one that also admits null. */
function presentOf(schema: EventSchema): EventSchema {
  const [only, ...others] = (schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  return only !== undefined && others.length === 0 ? presentOf(only) : schema;
}

function takeAsNull(event: Record<string, unknown>, { path, fits }: LenientField, taken: Taken[]): void {
  const owner = objectAt(event, path.slice(0, -1));
  const name = path.at(-1) as string;
  if (owner === undefined || !Object.hasOwn(owner, name) || fits(owner[name])) return;
  taken.push({ path, owner, name, value: owner[name] });
  owner[name] = null;
}

export function setNull(event: Record<string, unknown>, path: readonly string[]): void {
  const owner = objectAt(event, path.slice(0, -1));
  if (owner !== undefined) owner[path.at(-1) as string] = null;
}

/** Compiled when it is asked for: most streams have no such event. */
function lazily(schema: EventSchema): (value: unknown) => boolean {
  let compiled: { Check(value: unknown): boolean } | null = null;
  return (value) => {
    compiled ??= Compile(schema as never);
    return compiled.Check(value);
  };
}
