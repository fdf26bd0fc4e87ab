import { type FieldShape, type LeafShape, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import { isEpochFormat, type TimestampFormat } from '../ir/timestamp-format.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import type { Dialect, WireKind } from './dialect.ts';
import { identifier } from './text.ts';
import { numberToMs, textToMs } from './times.ts';

/** A field of the source: where it is, and the condition under which an event has it. */
interface SourceField {
  /** Dotted path: the name of its column from here on. */
  readonly name: string;
  /** The source's column, or the place inside it. */
  readonly sql: string;
  readonly leaf: LeafShape;
  /** True if an event that fits the schema must have this field; null if the field is always optional. */
  readonly required: string | null;
}

/** Columns and conditions of a SELECT over a stream's source. */
export interface TypedEvents {
  readonly columns: readonly string[];
  readonly conditions: readonly string[];
}

/**
 * Turns events on the wire into columns, one for each field in `fields`, with instants as milliseconds. Also gives the
 * conditions under which an event fits the schema: required fields are there, and timestamps can be read.
 */
export function typedEvents(stream: StreamDefinition, fields: readonly string[], dialect: Dialect): TypedEvents {
  const all = sourceFields(stream.shape, []);
  const times = eventTimesOf(stream);
  const columns = all.filter(({ name }) => fields.includes(name)).map((field) => namedColumn(field, dialect));
  const conditions = all.flatMap((field) => {
    if (field.name === stream.eventTime && times.length === 1) return [];
    const isLenient = field.leaf.type.nullable && (times.includes(field.name) || countsAsNull(stream, field, fields));
    const isReadable = isLenient ? null : readable(field, dialect);
    return [field.required, isReadable].filter((condition) => condition !== null);
  });
  return { columns, conditions };
}

/** Whether what a field that may be null cannot be read as counts as null. */
function countsAsNull(
  { optionalMismatch }: StreamDefinition,
  { name }: SourceField,
  fields: readonly string[],
): boolean {
  return optionalMismatch === undefined ? !fields.includes(name) : optionalMismatch === 'null';
}

function sourceFields(
  struct: StructShape,
  path: readonly string[],
  owner: string | null = null,
  whereOwner = '',
): SourceField[] {
  return [...struct.fields].flatMap(([name, field]: [string, FieldShape]) => {
    const onWire = identifier(wireNameOf(name, field));
    const sql = owner === null ? onWire : `${owner}.${onWire}`;
    if (field.shape === 'struct') {
      // In brackets, or SQL could take the struct's name for a table's.
      const place = owner === null ? `(${sql})` : sql;
      const whereMissing = field.nullable ? `${sql} IS NULL OR ` : '';
      return sourceFields(field, [...path, name], place, whereOwner + whereMissing);
    }
    const present = `${whereOwner}${sql} IS NOT NULL`;
    const required = field.type.nullable ? null : whereOwner === '' ? present : `(${present})`;
    return [{ name: [...path, name].join('.'), sql, leaf: field, required }];
  });
}

function namedColumn({ name, sql, leaf }: SourceField, dialect: Dialect): string {
  const alias = identifier(name);
  const value = readValue(sql, leaf, dialect);
  return value === alias ? value : `${value} AS ${alias}`;
}

/** What SQL has of a value on the wire before it is read: as `eventSource` types a column. */
export function wireKindOf({ timestamp, asText, type }: LeafShape): WireKind {
  if (asText || timestamp === 'any' || timestamp === 'auto') return 'any';
  if (timestamp !== undefined) return isEpochFormat(timestamp) ? 'epoch' : 'text';
  switch (type.kind) {
    case 'number':
      return type.integer ? 'whole' : 'double';
    case 'boolean':
      return 'boolean';
    case 'json':
      return 'any';
    default:
      return 'text';
  }
}

/** A value on the wire as expressions read it; null where it is none. */
export function readValue(sql: string, { timestamp, asText, type }: LeafShape, dialect: Dialect): string {
  if (timestamp) return toMs(sql, timestamp, dialect);
  if (!asText) return sql;
  const number = dialect.jsonToNumber(sql);
  if (typeof type.scale !== 'number') return number;
  const units = `round(${number} * 1e${type.scale})`;
  return `CASE WHEN ${units} / 1e${type.scale} = ${number} AND abs(${units}) < 1e15 THEN ${number} END`;
}

function readable({ sql, leaf }: SourceField, dialect: Dialect): string | null {
  if (leaf.asText) return `(${sql} IS NULL OR ${readValue(sql, leaf, dialect)} IS NOT NULL)`;
  if (!leaf.timestamp) return null;
  const years = `BETWEEN ${START_OF_TIME_MS} AND ${END_OF_TIME_MS}`;
  return `(${sql} IS NULL OR ${toMs(sql, leaf.timestamp, dialect)} ${years})`;
}

/** Milliseconds of a timestamp on the wire, cut towards the past; null if it is no timestamp. */
function toMs(sql: string, format: TimestampFormat, dialect: Dialect): string {
  if (format === 'any' || format === 'auto') return dialect.jsonToMs(sql, format);
  return isEpochFormat(format) ? numberToMs(sql, format) : textToMs(sql, format, dialect);
}
