import { Compile } from 'typebox/compile';
import type { StreamDefinition } from '../definition/stream.ts';
import type { DeadReason } from '../ports/dead-letter-sink.ts';
import { EARLIEST_EVENT_MS, formatInstant, LATEST_EVENT_MS } from '../time/instant.ts';
import { compileTimestamps } from './timestamps.ts';

/** An event that fits its stream's schema: timestamps are milliseconds. Fields beyond the schema are still there. */
export type ValidEvent = Readonly<Record<string, unknown>>;

export type Validation =
  | { readonly kind: 'valid'; readonly timeMs: number }
  | { readonly kind: 'invalid'; readonly reason: DeadReason; readonly message: string };

/**
 * Checks JSON values against a stream's schema and reads their timestamps, in place.
 *
 * Null and missing are one: a field that is optional may be null, one that is required may be neither.
 */
export function compileValidator(stream: StreamDefinition): (value: unknown, arrivalMs: number | null) => Validation {
  const check = Compile(orNull(stream.schema) as never);
  const timestamps = compileTimestamps(stream);
  const { maxFutureSkewMs } = stream;
  const valid = { kind: 'valid' as const, timeMs: 0 };
  return (value, arrivalMs) => {
    if (!check.Check(value)) return invalidValue(stream, value, check.Errors(value));
    const unreadable = timestamps.convert(value as Record<string, unknown>);
    if (unreadable !== null) {
      return { kind: 'invalid', reason: 'unknown_time', message: `${unreadable} in stream '${stream.name}'.` };
    }
    const timeMs = timestamps.eventTime(value as object);
    if (timeMs === null || timeMs < EARLIEST_EVENT_MS || timeMs > LATEST_EVENT_MS) {
      const found = timeMs === null ? 'null' : 'outside the years 1 to 8999';
      return {
        kind: 'invalid',
        reason: 'unknown_time',
        message: `The event time '${stream.eventTime}' in stream '${stream.name}' is ${found}.`,
      };
    }
    if (arrivalMs !== null && maxFutureSkewMs !== null && timeMs > arrivalMs + maxFutureSkewMs) {
      return {
        kind: 'invalid',
        reason: 'future_time',
        message: `The event time ${formatInstant(timeMs)} in stream '${stream.name}' is ${timeMs - arrivalMs} ms ahead of the event's arrival, and maxFutureSkew is ${maxFutureSkewMs} ms.`,
      };
    }
    // One object for all events: the caller reads the time at once, and the hot path allocates nothing.
    valid.timeMs = timeMs;
    return valid;
  };
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function invalidValue(stream: StreamDefinition, value: unknown, errors: readonly SchemaError[]): Validation {
  const where = `in stream '${stream.name}'`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
    return { kind: 'invalid', reason: 'wrong_type', message: `The event ${where} is ${found} and must be an object.` };
  }
  for (const error of errors) {
    const path = error.instancePath.split('/').slice(1);
    const missing = 'requiredProperties' in error.params ? (error.params.requiredProperties as string[]) : [];
    const [firstMissing] = missing;
    const missed = firstMissing !== undefined ? [...path, firstMissing] : valueAt(value, path) === null ? path : null;
    if (missed) {
      return { kind: 'invalid', reason: 'missing_field', message: `Field '${missed.join('.')}' ${where} is missing.` };
    }
  }
  const [error] = errors;
  const path = error?.instancePath.split('/').slice(1) ?? [];
  const found = shorten(JSON.stringify(valueAt(value, path)) ?? 'undefined');
  return {
    kind: 'invalid',
    reason: 'wrong_type',
    message: `Field '${path.join('.')}' ${where} is ${found}: it ${error?.message ?? 'does not fit the schema'}.`,
  };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = (current as Record<string, unknown> | null | undefined)?.[name];
  return current;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
}

/**
 * The schema with every optional property also null, and whole numbers within what a double keeps exactly: an
 * identifier of 19 digits would otherwise be rounded without a word.
 */
function orNull(schema: Schema): Schema {
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map(orNull) };
  if (schema.type === 'integer') {
    return { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...schema } as Schema;
  }
  if (!schema.properties) return schema;
  const required = new Set(schema.required ?? []);
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    const inner = orNull(property);
    return [name, required.has(name) ? inner : { anyOf: [inner, { type: 'null' }] }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}
