import type { DeadReason } from '../ports/dead-letter-sink.ts';
import { describeValue } from './describe-value.ts';
import type { EventSchema } from './event-schema.ts';
import { compileErrors, type FindErrors, type SchemaError } from './schema-errors.ts';

export interface InvalidEvent {
  readonly kind: 'invalid';
  readonly reason: DeadReason;
  readonly message: string;
}

/** Tells people what is wrong with a value that does not fit the schema of `stream`: the first mistake. */
export function compileExplanation(stream: string, schema: EventSchema): (value: unknown) => InvalidEvent {
  const where = `in stream '${stream}'`;
  const findErrors = schema.anyOf ? errorsOfUnion(schema.anyOf) : compileErrors(schema);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
      return invalid('wrong_type', `The event ${where} is ${found} and must be an object.`);
    }
    const errors = findErrors(value);
    for (const error of errors) {
      const path = fieldOf(error);
      if ((valueAt(value, path) ?? null) === null) {
        return invalid('missing_field', `Field '${path.join('.')}' ${where} is missing.`);
      }
    }
    const [first] = errors;
    const path = first ? fieldOf(first) : [];
    const found = valueAt(value, path);
    // That a bigint is no double is no mistake: what the schema says of bigints comes after what it says of doubles.
    const error = typeof found === 'bigint' ? errors.findLast(({ keyword }) => !OF_TYPE.has(keyword)) : first;
    const allowed = allowedValues(errors.filter(({ instancePath }) => instancePath === error?.instancePath));
    const told = allowed ?? error?.message ?? 'does not fit the schema';
    return invalid('wrong_type', `Field '${path.join('.')}' ${where} is ${describeValue(found)}: it ${told}.`);
  };
}

/** What a field's literals and enums allow, in words; null where it has none. */
function allowedValues(errors: readonly SchemaError[]): string | null {
  const values = errors.flatMap(({ keyword, params }) => {
    if (keyword === 'const') return [(params as { readonly allowedValue: unknown }).allowedValue];
    return keyword === 'enum' ? (params as { readonly allowedValues: readonly unknown[] }).allowedValues : [];
  });
  if (values.length === 0) return null;
  const shown = [...new Set(values)].map(describeValue);
  const [more, last] = [shown.slice(0, MAX_SHOWN), shown.at(-1)];
  if (shown.length > MAX_SHOWN) return `must be one of ${shown.length} values: ${more.join(', ')} …`;
  return shown.length === 1 ? `must be ${last}` : `must be ${more.slice(0, -1).join(', ')} or ${last}`;
}

const MAX_SHOWN = 8;

const OF_TYPE: ReadonlySet<string> = new Set(['type', 'anyOf']);

/**
 * In a union of event types, reports against the type that the event means to be: the one whose literals and enums fit,
 * and among several the one with the fewest mistakes. If none fits, the literals and enums are the mistake.
 */
function errorsOfUnion(members: readonly EventSchema[]): FindErrors {
  const types = members.map((member) => ({ findErrors: compileErrors(member), marks: marksOf(member) }));
  return (value) => {
    const found = types.map(({ findErrors, marks }) => {
      const errors = findErrors(value);
      return { errors, wrongMarks: errors.filter((error) => marks.has(fieldOf(error)[0] ?? '')) };
    });
    const [own] = found
      .filter(({ wrongMarks }) => wrongMarks.length === 0)
      .sort((a, b) => a.errors.length - b.errors.length);
    return own ? own.errors : found.flatMap(({ wrongMarks }) => wrongMarks);
  };
}

/** The fields that tell an event type from another. */
function marksOf({ properties = {} }: EventSchema): ReadonlySet<string> {
  return new Set(Object.keys(properties).filter((name) => isMark(properties[name])));
}

function isMark(schema: EventSchema | undefined): boolean {
  if (schema?.anyOf) return schema.anyOf.every(isMark);
  return schema !== undefined && (schema.const !== undefined || schema.enum !== undefined);
}

/** The path of the field that an error is about: JSON Pointer, in which `~1` is a slash and `~0` a tilde. */
function fieldOf({ instancePath, params }: SchemaError): string[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = 'requiredProperties' in params ? (params.requiredProperties as string[]).slice(0, 1) : [];
  return [...path, ...missing];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = (current as Record<string, unknown> | null | undefined)?.[name];
  return current;
}

function invalid(reason: DeadReason, message: string): InvalidEvent {
  return { kind: 'invalid', reason, message };
}
