import type { FieldShape, LeafShape, StructShape } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { TimestampFormat } from '../ir/timestamp-format.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import type { Dialect } from './dialect.ts';
import { floorMs, identifier } from './text.ts';

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
  const columns = all.filter(({ name }) => fields.includes(name)).map((field) => namedColumn(field, dialect));
  const conditions = all.flatMap((field) => {
    if (field.name === stream.eventTime) return [];
    return [field.required, readable(field, dialect)].filter((condition) => condition !== null);
  });
  return { columns, conditions };
}

function sourceFields(
  struct: StructShape,
  path: readonly string[],
  owner: string | null = null,
  whereOwner = '',
): SourceField[] {
  return [...struct.fields].flatMap(([name, field]: [string, FieldShape]) => {
    const sql = owner === null ? identifier(name) : `${owner}.${identifier(name)}`;
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
  if (!leaf.timestamp) return sql === alias ? sql : `${sql} AS ${alias}`;
  return `${toMs(sql, leaf.timestamp, dialect)} AS ${alias}`;
}

function readable({ sql, leaf }: SourceField, dialect: Dialect): string | null {
  if (!leaf.timestamp) return null;
  const years = `BETWEEN ${START_OF_TIME_MS} AND ${END_OF_TIME_MS}`;
  return `(${sql} IS NULL OR ${toMs(sql, leaf.timestamp, dialect)} ${years})`;
}

/** Milliseconds of a timestamp on the wire, cut towards the past; null if it is no timestamp. */
function toMs(sql: string, format: TimestampFormat, dialect: Dialect): string {
  switch (format) {
    case 'iso8601':
      return dialect.isoToMs(sql);
    case 'epoch-s': {
      // The product can fall just below the millisecond that was written; a whole number divided by 1000 does not.
      const nearest = `round(${sql} * 1000)`;
      return `TRY_CAST(${nearest} - CASE WHEN ${nearest} / 1000 > ${sql} THEN 1 ELSE 0 END AS BIGINT)`;
    }
    case 'epoch-ms':
      return floorMs(sql);
    case 'epoch-us':
      return floorMs(`${sql} / 1000`);
    case 'any':
      return dialect.jsonToMs(sql);
  }
}
