import type { FieldShape, SchemaNode, StructShape } from '../ir/field-shape.ts';
import { isTuple, shapeOf } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isEpochFormat } from '../ir/timestamp-format.ts';
import type { BRONZE_COLUMNS } from './bronze-line.ts';
import { tableShape } from './table-shape.ts';

export interface HiveColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

const PLACE: Readonly<Record<(typeof BRONZE_COLUMNS)[number], readonly [type: string, comment: string]>> = {
  shard: ['string', 'the shard, as Kinesis names it'],
  sequence: ['string', "the record's sequence number: compare its length, then its digits"],
  sub: ['int', 'which of several records under one sequence number; null for the first'],
  index: ['int', 'of the event in its record'],
  arrival: ['string', 'when the stream took the record in: ISO-8601, UTC'],
  key: ['string', 'the partition key'],
  reason: ['string', 'why there is no event; null where there is one'],
  text: ['string', 'JSON that does not fit the schema'],
  record: ['string', 'the whole record in base64, where its lines do not say it all'],
};

/**
 * The columns of a stream's table: those of a line of bronze, where the event has the types of its schema. ISO-8601
 * timestamps are text and epoch ones doubles, as on the wire. A field of any type is its JSON text.
 */
export function hiveColumns(stream: StreamDefinition): HiveColumn[] {
  const place = Object.entries(PLACE).map(([name, [type, comment]]) => ({ name, type, comment }));
  const shape = tableShape(stream.shape);
  const type = shape.fields.size === 0 ? 'string' : hiveType(shape, stream.schema as SchemaNode);
  return [...place, { name: 'event', type, comment: 'the event; null where it does not fit the schema' }];
}

/** `schema` is where the field comes from; undefined if several event types have it. */
function hiveType(field: FieldShape, schema: SchemaNode | undefined): string {
  if (field.shape === 'struct') return structType(field, schema);
  if (field.asText) return 'string';
  switch (field.type.kind) {
    case 'number':
      return field.type.integer ? 'bigint' : 'double';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'instant':
      return field.timestamp !== undefined && isEpochFormat(field.timestamp) ? 'double' : 'string';
    case 'json':
      return arrayType(schema) ?? 'string';
  }
}

function structType({ fields }: StructShape, schema: SchemaNode | undefined): string {
  const properties = presentSchema(schema)?.properties;
  const list = [...fields].map(([name, field]) => `${name}:${hiveType(field, properties?.[name])}`);
  return `struct<${list.join(',')}>`;
}

/** A list of simple values is an array. Objects in a list are JSON text, because nothing has checked them for twins. */
function arrayType(schema: SchemaNode | undefined): string | null {
  const present = presentSchema(schema);
  if (present?.type !== 'array' || present.items === undefined || isTuple(present.items)) return null;
  const items = shapeOf(present.items, 'the items of a list');
  return `array<${items.shape === 'struct' ? 'string' : hiveType(items, present.items)}>`;
}

/** The schema behind a nullable one. */
function presentSchema(schema: SchemaNode | undefined): SchemaNode | undefined {
  if (!schema?.anyOf) return schema;
  const [only, ...others] = schema.anyOf.filter(({ type }) => type !== 'null');
  return others.length === 0 ? only : undefined;
}
