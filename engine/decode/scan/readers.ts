import { Compile } from 'typebox/schema';
import type { Column, NeededField } from '../../columns/event-columns.ts';
import type { HashKey } from '../../hash/hash-key.ts';
import { type LeafShape, type SchemaNode, shapeOf } from '../../ir/field-shape.ts';
import type { StreamDefinition } from '../../ir/stream-definition.ts';
import { type TimestampFormat, takesNumbers } from '../../ir/timestamp-format.ts';
import { type EventSchema, eventSchema } from '../event-schema.ts';
import type { Block } from './block.ts';
import { AnyReader, BooleanReader, BoxedReader, HashReader, KindReader, NumberReader } from './column-readers.ts';
import { EnumReader } from './enum-reader.ts';
import { NumeralReader } from './number-reader.ts';
import { NumericReader } from './numeric-reader.ts';
import { Skipper } from './skip.ts';
import { TextReader, UrlReader } from './text-reader.ts';
import { TimeReader } from './time-reader.ts';
import type { ColumnReader, ValueReader } from './value-reader.ts';

/** What is read of the events of a stream: a reader for each field of the schema. */
export interface StructReader {
  readonly kind: 'struct';
  readonly fields: ReadonlyMap<string, FieldReader>;
  /** Of a field that the schema does not name; null where there must be none. */
  readonly others: ValueReader | null;
  readonly required: boolean;
}

export interface LeafReader {
  readonly kind: 'leaf';
  readonly reader: ValueReader;
  readonly required: boolean;
}

export type FieldReader = StructReader | LeafReader;

export interface StreamReaders {
  readonly root: StructReader;
  /** In the order of the needed fields. */
  readonly columns: readonly Column[];
  /** Columns of fields that an event may lack. */
  readonly lacking: readonly ColumnReader[];
  readonly texts: readonly TextReader[];
  readonly eventTime: TimeReader;
}

/** Readers for all that a stream's schema says; null where it says what they do not check. */
export function compileReaders(
  stream: StreamDefinition,
  needed: readonly NeededField[],
  block: Block,
  settings: { readonly key: HashKey; readonly rows: number },
): StreamReaders | null {
  if (stream.eventTimeElse !== undefined) return null;
  const compiler = new ReaderCompiler(stream, needed, block, settings);
  const root = compiler.struct(stream.schema as EventSchema, [], true, false);
  if (root === null || compiler.eventTime === null) return null;
  const columns = needed.map((_, index) => compiler.columns.get(index));
  if (columns.some((column) => column === undefined)) return null;
  const { lacking, texts, eventTime } = compiler;
  return { root, columns: columns as Column[], lacking, texts, eventTime };
}

class ReaderCompiler {
  /** By the number of the needed field. */
  readonly columns = new Map<number, Column>();
  readonly lacking: ColumnReader[] = [];
  readonly texts: TextReader[] = [];
  eventTime: TimeReader | null = null;
  readonly #stream: StreamDefinition;
  readonly #needed: ReadonlyMap<string, readonly number[]>;
  readonly #fields: readonly NeededField[];
  readonly #block: Block;
  readonly #key: HashKey;
  readonly #rows: number;
  readonly #skipper: Skipper;
  readonly #numerals: NumeralReader;

  constructor(
    stream: StreamDefinition,
    needed: readonly NeededField[],
    block: Block,
    { key, rows }: { readonly key: HashKey; readonly rows: number },
  ) {
    this.#stream = stream;
    this.#fields = needed;
    this.#needed = Map.groupBy(needed.keys(), (index) => (needed[index] as NeededField).path.join('.'));
    this.#block = block;
    this.#key = key;
    this.#rows = rows;
    this.#skipper = new Skipper(block);
    this.#numerals = new NumeralReader(block, this.#skipper);
  }

  /** `lacks`: an event may lack a struct that holds it. */
  struct(schema: EventSchema, path: readonly string[], required: boolean, lacks: boolean): StructReader | null {
    if (schema.type !== 'object' || !schema.properties || !hasOnly(schema, OF_OBJECTS)) return null;
    const { additionalProperties = true } = schema;
    if (typeof additionalProperties !== 'boolean') return null;
    const names = new Set(schema.required);
    const fields = new Map<string, FieldReader>();
    for (const [name, property] of Object.entries(schema.properties)) {
      const field = this.#field(property, [...path, name], names.has(name), lacks);
      if (field === null) return null;
      fields.set(property['x-field'] ?? name, field);
    }
    const others = additionalProperties ? new AnyReader(this.#skipper) : null;
    return { kind: 'struct', fields, others, required };
  }

  #field(property: EventSchema, path: readonly string[], isListed: boolean, lacks: boolean): FieldReader | null {
    const { bare, admitsNull } = withoutNull(property);
    // Null and missing are one.
    const required = isListed && !admitsNull;
    const shape = shapeOf(property as SchemaNode, `Field '${path.join('.')}'`, !required);
    if (shape.shape === 'struct') return this.struct(bare, path, required, lacks || !required);
    const reader = this.#leaf(shape, bare, { property, path, nullable: !required, lacks });
    return reader === null ? null : { kind: 'leaf', reader, required };
  }

  #leaf(shape: LeafShape, bare: EventSchema, { property, path, nullable, lacks }: LeafPlace): ValueReader | null {
    const name = path.join('.');
    const needed = this.#needed.get(name) ?? [];
    const isEventTime = name === this.#stream.eventTime;
    const reader = this.#readerOf(shape, bare, { property, nullable, isNullable: nullable || lacks, needed });
    if (reader === null) return null;
    if (isEventTime) {
      if (!(reader instanceof TimeReader)) return null;
      this.eventTime = reader;
    }
    for (const index of needed) this.columns.set(index, reader as unknown as Column);
    if ((needed.length > 0 || isEventTime) && (nullable || lacks)) this.lacking.push(reader as ColumnReader);
    return reader;
  }

  #readerOf(shape: LeafShape, bare: EventSchema, field: LeafField): ValueReader | null {
    const block = this.#block;
    const { nullable, isNullable, needed } = field;
    const settings = { rows: this.#rows, nullable, isNullable };
    const isFree = hasOnly(bare, FREE);
    const check = isFree ? null : checkOf(bare);
    const readers = { skipper: this.#skipper, numerals: this.#numerals };
    switch (shape.type.kind) {
      case 'instant':
        if (!isFree || shape.timestamp === undefined || !isTimestamp(bare, shape.timestamp)) return null;
        return new TimeReader(block, readers, { ...settings, format: shape.timestamp });
      case 'number':
        if (shape.asText) {
          const settingsOfText = { ...settings, scale: shape.type.scale ?? 'any' };
          return bare['x-numeric'] === true ? new NumericReader(block, readers, settingsOfText) : null;
        }
        return new NumberReader(block, this.#numerals, { ...settings, isWhole: bare.type === 'integer', check });
      case 'boolean':
        return new BooleanReader(block, { ...settings, check });
      case 'string':
        if (isFree && needed.length === 0) return new KindReader(block, this.#skipper, nullable);
        if (isFree && this.#isUsedAs('hash', needed)) return new HashReader(block, this.#skipper, settings);
        return this.#text(bare, { nullable, check, isUrl: isFree && this.#isUsedAs('beforeQuery', needed) });
      case 'json':
        if (needed.length === 0 && Object.keys(bare).length === 0) return new AnyReader(this.#skipper);
        return new BoxedReader(block, this.#skipper, { rows: this.#rows, check: checkOf(orNull(field)) });
    }
  }

  #isUsedAs(use: NeededField['use'], needed: readonly number[]): boolean {
    return needed.every((index) => this.#fields[index]?.use === use);
  }

  #text(bare: EventSchema, { nullable, check, isUrl }: TextField): ValueReader {
    const listed = listOf(bare);
    if (listed !== null && EnumReader.takes(listed)) {
      return new EnumReader(this.#block, listed, { rows: this.#rows, nullable });
    }
    const settings = { key: this.#key, rows: this.#rows, nullable, check };
    const reader = isUrl ? new UrlReader(this.#block, settings) : new TextReader(this.#block, settings);
    this.texts.push(reader);
    return reader;
  }
}

interface TextField {
  readonly nullable: boolean;
  readonly check: ((text: string) => boolean) | null;
  /** Nothing behind `?` or `#` is needed. */
  readonly isUrl: boolean;
}

interface LeafPlace {
  readonly property: EventSchema;
  readonly path: readonly string[];
  /** The field itself may be null or missing. */
  readonly nullable: boolean;
  readonly lacks: boolean;
}

interface LeafField {
  readonly property: EventSchema;
  readonly nullable: boolean;
  /** The field, or what holds it, may be null or missing. */
  readonly isNullable: boolean;
  readonly needed: readonly number[];
}

/** Keywords that say nothing of a value. */
const ANNOTATIONS = [
  'x-field',
  'title',
  'description',
  '$comment',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
];
/** Keywords of an object that readers check. */
const OF_OBJECTS = new Set([...ANNOTATIONS, 'type', 'properties', 'required', 'additionalProperties']);
/** Keywords of a schema that lists texts. */
const OF_LISTS = new Set([...ANNOTATIONS, 'type', 'enum', 'const']);
/** Keywords of a schema that says no more than a kind. */
const FREE = new Set([...ANNOTATIONS, 'type', 'x-timestamp']);

function hasOnly(schema: EventSchema, keywords: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => keywords.has(keyword));
}

/** The values that a schema lists; null where it says anything else. */
function listOf(schema: EventSchema): readonly unknown[] | null {
  const { type = 'string', enum: listed, const: only } = schema;
  if (type !== 'string' || !hasOnly(schema, OF_LISTS)) return null;
  if (only === undefined) return listed ?? null;
  return listed === undefined ? [only] : null;
}

/** Compiled when the first value comes: a process that reads no events need not wait for it. */
function checkOf(schema: EventSchema): (value: unknown) => boolean {
  let compiled: { Check(value: unknown): boolean } | null = null;
  return (value) => {
    compiled ??= Compile(eventSchema(schema, 'parsed') as never);
    return compiled.Check(value);
  };
}

/** As `Timestamp()` makes it. */
function isTimestamp({ type }: EventSchema, format: TimestampFormat): boolean {
  if (!takesNumbers(format)) return type === 'string';
  return Array.isArray(type) && type.length === 2 && type.includes('string') && type.includes('number');
}

function orNull({ property, nullable }: LeafField): EventSchema {
  return nullable ? { anyOf: [property, { type: 'null' }] } : property;
}

/** What a value that is not null must fit. */
function withoutNull(schema: EventSchema): { readonly bare: EventSchema; readonly admitsNull: boolean } {
  if (schema.type === 'null') return { bare: schema, admitsNull: true };
  if (schema['x-numeric'] === true) return { bare: schema, admitsNull: false };
  if (!schema.anyOf) return { bare: schema, admitsNull: false };
  const members = schema.anyOf.map(withoutNull);
  const present = schema.anyOf.filter(({ type }) => type !== 'null');
  const [first] = present;
  const bare =
    present.length === 1 && first && hasOnly(schema, NULL_OR) ? withoutNull(first).bare : { ...schema, anyOf: present };
  return { bare, admitsNull: members.some(({ admitsNull }) => admitsNull) };
}

const NULL_OR = new Set([...ANNOTATIONS, 'anyOf']);
