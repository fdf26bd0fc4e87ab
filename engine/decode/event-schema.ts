import { type LeafShape, type SchemaNode, shapeOf } from '../ir/field-shape.ts';

/** A JSON Schema, as far as events differ from it. */
export interface EventSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, EventSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly EventSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * Which numbers fit. `parsed`: as `JSON.parse` leaves them, no whole one beyond 2^53, which may have been rounded. `restored`:
 * a whole number beyond 2^53 is a bigint, and other numbers are any doubles.
 */
export type Numbers = 'parsed' | 'restored';

/**
 * A stream's schema, with what streamgauge asks of events beyond it:
 *
 * - Null and missing are one: an optional property may be null, and one that may be null may be missing.
 * - An event of a union may have a field of another event type. Its kind must be the one that expressions read.
 */
export function eventSchema(schema: EventSchema, numbers: Numbers): EventSchema {
  if (schema.anyOf) {
    const { anyOf } = schema;
    const shape = shapeOf(schema as SchemaNode, 'a union');
    const members = anyOf.map((member) => eventSchema(member, numbers));
    if (shape.shape !== 'struct') return { ...schema, anyOf: members };
    const fields = [...shape.fields] as [string, LeafShape][];
    return { ...schema, anyOf: members.map((member) => withFieldsOfOthers(member, fields, numbers)) };
  }
  if (schema.type === 'integer' || schema.type === 'number') return numberSchema(schema, numbers);
  if (!schema.properties) return schema;
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    if (admitsNull(property)) required.delete(name);
    const inner = eventSchema(property, numbers);
    return [name, required.has(name) ? inner : orNull(inner)];
  });
  return { ...schema, required: [...required], properties: Object.fromEntries(properties) };
}

function withFieldsOfOthers(
  member: EventSchema,
  fields: readonly [string, LeafShape][],
  numbers: Numbers,
): EventSchema {
  if (member.anyOf) {
    return { ...member, anyOf: member.anyOf.map((inner) => withFieldsOfOthers(inner, fields, numbers)) };
  }
  const { properties } = member;
  if (!properties || member.additionalProperties === false) return member;
  const others = fields
    .filter(([name]) => !Object.hasOwn(properties, name))
    .map(([name, field]) => [name, orNull(ofKind(field, numbers))]);
  return { ...member, properties: { ...properties, ...Object.fromEntries(others) } };
}

function ofKind({ type }: LeafShape, numbers: Numbers): EventSchema {
  if (type.kind === 'json') return {};
  if (type.kind === 'instant') return { type: ['string', 'number'] };
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
