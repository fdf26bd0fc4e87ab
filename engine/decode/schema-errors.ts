import { Compile, Errors } from 'typebox/schema';
import type { EventSchema } from './event-schema.ts';

export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** All that is wrong with a value by a schema; of a value that fits, nothing. */
export type FindErrors = (value: unknown) => readonly SchemaError[];

/**
 * TypeBox looks for errors property by property without compiled code, which takes as long as it does to take several events
 * in. So compiled checks find the properties that are wrong, and TypeBox looks at those alone.
 */
export function compileErrors(schema: EventSchema): FindErrors {
  const { properties } = schema;
  const all: FindErrors = (value) => Errors(schema as never, value)[1];
  if (!properties || !Object.keys(schema).every((keyword) => JUDGED_BY_PROPERTY.has(keyword))) return all;
  const required = schema.required ?? [];
  const checks = Object.entries(properties).map(([name, property]) => ({ name, check: Compile(property as never) }));
  const narrowed = new Map<string, EventSchema>();
  const narrow = (names: readonly string[]): EventSchema => {
    const key = JSON.stringify(names);
    const known = narrowed.get(key);
    if (known !== undefined) return known;
    const made = {
      ...schema,
      required: required.filter((name) => names.includes(name)),
      properties: Object.fromEntries(names.map((name) => [name, properties[name]])),
    } as EventSchema;
    if (narrowed.size < MAX_NARROWED) narrowed.set(key, made);
    return made;
  };
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return all(value);
    const event = value as Readonly<Record<string, unknown>>;
    const wrong = checks
      .filter(({ name, check }) => (name in event ? !check.Check(event[name]) : required.includes(name)))
      .map(({ name }) => name);
    return wrong.length === 0 ? all(value) : Errors(narrow(wrong) as never, value)[1];
  };
}

/** Keywords of a schema whose errors are those of its properties. */
const JUDGED_BY_PROPERTY = new Set(['type', 'properties', 'required', 'title', 'description', '$id']);
/** Sets of wrong properties whose schemas are remembered: a producer makes few mistakes, many times. */
const MAX_NARROWED = 100;
