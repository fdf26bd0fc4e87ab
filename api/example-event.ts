import type { Elements } from '../engine/ir/elements.ts';
import { DefinitionError } from '../engine/ir/errors.ts';
import { type FieldShape, type StructShape, wireNameOf } from '../engine/ir/field-shape.ts';
import type { JsonValue } from '../engine/ir/node.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import type { TimestampFormat } from '../engine/ir/timestamp-format.ts';
import { formatTimestamp } from '../engine/time/format-timestamp.ts';

/** An event that the stream's schema accepts, as far as shapes tell, with the time of now: to be sent by hand. */
export function exampleEvent(stream: StreamDefinition, nowMs: number): Record<string, JsonValue> {
  const event = structExample(stream.shape, stream.schema as SchemaPart, nowMs);
  return { ...timeOf(stream, nowMs), ...event };
}

/** The event's time, which may be in an optional field, where its type alone says what it is. */
function timeOf({ shape, eventTime, eventTimeElse }: StreamDefinition, nowMs: number): Record<string, JsonValue> {
  const field = shape.fields.get(eventTime);
  const isMissing = eventTimeElse !== undefined && field?.shape === 'leaf' && field.type.nullable;
  return isMissing ? { [wireNameOf(eventTime, field)]: exampleTime(field.timestamp ?? 'iso8601', nowMs) } : {};
}

/** What an example looks at in a JSON Schema. */
interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly anyOf?: readonly SchemaPart[];
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly minimum?: number;
  readonly examples?: readonly JsonValue[];
  readonly items?: SchemaPart | readonly SchemaPart[];
  readonly patternProperties?: Readonly<Record<string, SchemaPart>>;
}

/** Required fields alone, so that a line is short. Of several event types the first. */
function structExample(shape: StructShape, schema: SchemaPart, nowMs: number): Record<string, JsonValue> {
  const chosen = schema.anyOf?.[0] ?? schema;
  const properties = chosen.properties ?? {};
  const event: Record<string, JsonValue> = {};
  for (const [name, field] of shape.fields) {
    const part = properties[name];
    if (part === undefined) continue;
    const isOptional = field.shape === 'leaf' ? field.type.nullable : field.nullable;
    if (isOptional && schema.anyOf === undefined) continue;
    event[wireNameOf(name, field)] = example(name, field, part, nowMs);
  }
  return event;
}

function example(name: string, field: FieldShape, part: SchemaPart, nowMs: number): JsonValue {
  const given =
    part.examples?.[0] ?? part.enum?.[0] ?? part.const ?? part.anyOf?.find((one) => one.const !== undefined)?.const;
  if (given !== undefined) return given;
  if (field.shape === 'struct') return structExample(field, part, nowMs);
  switch (field.type.kind) {
    case 'instant':
      return exampleTime(field.timestamp ?? 'iso8601', nowMs);
    case 'number':
      return Math.max(part.minimum ?? 0, /status/.test(name) ? 200 : 1);
    case 'boolean':
      return true;
    case 'string':
      return KNOWN.find(([pattern]) => pattern.test(name))?.[1] ?? `${name}-1`;
    default:
      return field.type.elements === undefined ? {} : elementsExample(name, field.type.elements, part, nowMs);
  }
}

/** A list of one element, or an object with one name. */
function elementsExample(name: string, elements: Elements, part: SchemaPart, nowMs: number): JsonValue {
  const present =
    part.anyOf?.find(({ items, patternProperties }) => (items ?? patternProperties) !== undefined) ?? part;
  const shape = shapeOfElement(elements);
  if (shape === null) return elements.kind === 'list' ? [] : {};
  if (elements.kind === 'list') return [example(name, shape, (present.items ?? {}) as SchemaPart, nowMs)];
  const value = shape.shape === 'struct' ? shape.fields.get('value') : undefined;
  const [of = {}] = Object.values(present.patternProperties ?? {});
  return value === undefined ? {} : { [`${name}-1`]: example(name, value, of, nowMs) };
}

/** Null where the schema's own check is a function, of which no shape can be made: nobody asks for it but who explodes the list. */
function shapeOfElement(elements: Elements): FieldShape | null {
  try {
    return elements.shape;
  } catch (error) {
    if (error instanceof DefinitionError) return null;
    throw error;
  }
}

/** Values that look like what a name says. Addresses are those that documents may use (RFC 5737). */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^ip$|_ip$/, '203.0.113.9'],
  [/url|path|page/, '/hello'],
  [/method/, 'GET'],
  [/currency/, 'EUR'],
  [/country/, 'CH'],
];

/** Text where a format takes it, and whole seconds, which people read more easily. */
function exampleTime(format: TimestampFormat, nowMs: number): JsonValue {
  if (format === 'epoch-s') return Math.floor(nowMs / 1000);
  return formatTimestamp(nowMs, format === 'any' ? 'iso8601' : format);
}
