import {
  type FieldShape,
  type LeafShape,
  type SchemaNode,
  type StructShape,
  shapeOf,
  wireNameOf,
} from '../ir/field-shape.ts';
import { takesNumbers } from '../ir/timestamp-format.ts';

/** A JSON Schema, as far as events differ from it. */
export interface EventSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, EventSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly EventSchema[];
  readonly items?: EventSchema | readonly EventSchema[];
  readonly patternProperties?: Readonly<Record<string, EventSchema>>;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-field'?: string;
  readonly 'x-numeric'?: true;
}

/**
 * Which numbers fit. `parsed`: as `JSON.parse` leaves them, no whole one beyond 2^53, which may have been rounded. `restored`:
 * a whole number beyond 2^53 is a bigint, and other numbers are any doubles.
 */
export type Numbers = 'parsed' | 'restored';

/** The schemas, as JSON, of the lists whose elements are read as events are. */
export type Lists = ReadonlySet<string>;
const NO_LISTS: Lists = new Set();

/**
 * A stream's schema, with what streamgauge asks of events beyond it:
 *
 * - Null and missing are one: an optional property may be null, and one that may be null may be missing.
 * - An event of a union may have a field of another event type. Its kind must be the one that expressions read.
 * - Fields have the names that they have in events.
 *
 * In lists nobody asks for that, but in those that a view explodes.
 */
export function eventSchema(schema: EventSchema, numbers: Numbers, lists: Lists = NO_LISTS): EventSchema {
  if (schema['x-numeric'] === true) return schema;
  if (schema.anyOf) {
    const { anyOf } = schema;
    const shape = shapeOf(schema as SchemaNode, 'a union');
    const members = anyOf.map((member) => eventSchema(member, numbers, lists));
    if (shape.shape !== 'struct') return { ...schema, anyOf: members };
    return { ...schema, anyOf: members.map((member) => withFieldsOfOthers(member, shape, numbers)) };
  }
  if (schema.type === 'integer' || schema.type === 'number') return numberSchema(schema, numbers);
  if (!schema.properties)
    return lists.size > 0 && lists.has(JSON.stringify(schema)) ? withElements(schema, numbers, lists) : schema;
  const required: string[] = [];
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    const wireName = property['x-field'] ?? name;
    const inner = eventSchema(property, numbers, lists);
    if (!schema.required?.includes(name) || admitsNull(property)) return [wireName, orNull(inner)];
    required.push(wireName);
    return [wireName, inner];
  });
  return { ...schema, required, properties: Object.fromEntries(properties) };
}

/** Of an exploded list or map: the same is asked of what is in it. */
function withElements(schema: EventSchema, numbers: Numbers, lists: Lists): EventSchema {
  const { items, patternProperties } = schema;
  const of = (inner: EventSchema) => eventSchema(inner, numbers, lists);
  if (patternProperties !== undefined) {
    const values = Object.entries(patternProperties).map(([name, inner]) => [name, of(inner)] as const);
    return { ...schema, patternProperties: Object.fromEntries(values) };
  }
  return items === undefined || Array.isArray(items) ? schema : { ...schema, items: of(items as EventSchema) };
}

/** A member of a union, in the words of the wire. In objects that several members have, fields of others count too. */
function withFieldsOfOthers(member: EventSchema, shape: StructShape, numbers: Numbers): EventSchema {
  if (member.anyOf) {
    return { ...member, anyOf: member.anyOf.map((inner) => withFieldsOfOthers(inner, shape, numbers)) };
  }
  const { properties } = member;
  if (!properties || member.additionalProperties === false) return member;
  const fields = [...shape.fields].map(([name, field]): [string, EventSchema] => {
    const wireName = wireNameOf(name, field);
    const own = Object.hasOwn(properties, wireName) ? properties[wireName] : undefined;
    if (own === undefined) return [wireName, orNull(ofShape(field, numbers))];
    return [wireName, field.shape === 'struct' ? withFieldsOfOthers(own, field, numbers) : own];
  });
  return { ...member, properties: { ...properties, ...Object.fromEntries(fields) } };
}

/** What expressions need of a value, and no more. */
function ofShape(field: FieldShape, numbers: Numbers): EventSchema {
  if (field.shape === 'leaf') return ofKind(field, numbers);
  const fields = [...field.fields].map(([name, inner]): [string, EventSchema] => [
    wireNameOf(name, inner),
    orNull(ofShape(inner, numbers)),
  ]);
  return { type: 'object', properties: Object.fromEntries(fields) };
}

function ofKind({ type, timestamp, asText }: LeafShape, numbers: Numbers): EventSchema {
  if (type.kind === 'json') return {};
  if (timestamp !== undefined) return { type: takesNumbers(timestamp) ? ['string', 'number'] : 'string' };
  if (asText) return { type: ['string', 'number', 'object'] };
  if (type.kind === 'number') return numberSchema({ type: type.integer ? 'integer' : 'number' }, numbers);
  return { type: type.kind };
}

function numberSchema(schema: EventSchema, numbers: Numbers): EventSchema {
  if (numbers === 'parsed') return withoutRounded(schema);
  return schema.type === 'number' ? schema : { anyOf: [withoutRounded(schema), { ...schema, type: 'bigint' }] };
}

function withoutRounded(schema: EventSchema): EventSchema {
  return {
    ...schema,
    minimum: Math.max(schema.minimum ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    maximum: Math.min(schema.maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  };
}

function orNull(schema: EventSchema): EventSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

function admitsNull(schema: EventSchema): boolean {
  return schema.type === 'null' || (schema.anyOf?.some(admitsNull) ?? false);
}
