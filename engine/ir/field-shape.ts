import { commonElements, Elements } from './elements.ts';
import { DefinitionError } from './errors.ts';
import type { Scale, ValueKind, ValueType } from './node.ts';
import { TIMESTAMP_FORMATS, type TimestampFormat } from './timestamp-format.ts';

/** The run-time twin of a shape: which fields there are, of which kind, and which can be null. */
export type FieldShape = LeafShape | StructShape;

export interface LeafShape {
  readonly shape: 'leaf';
  readonly type: ValueType;
  /** For an instant: how it is written on the wire. */
  readonly timestamp?: TimestampFormat;
  /** For a number: it can be text on the wire. */
  readonly asText?: true;
  /** Its name on the wire, where that is another one. */
  readonly wireName?: string;
}

export interface StructShape {
  readonly shape: 'struct';
  readonly nullable: boolean;
  /** Of a side of a join that a row can lack: it is known whether the row has it. */
  readonly isSide?: true;
  /** Its name on the wire, where that is another one. */
  readonly wireName?: string;
  readonly fields: ReadonlyMap<string, FieldShape>;
}

/** A JSON Schema as TypeBox builds it, as far as shapes look into it. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  /** Of a list. */
  readonly items?: SchemaNode | readonly SchemaNode[];
  /** Of an object with any names. */
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly 'x-timestamp'?: string;
  readonly 'x-numeric'?: true;
  readonly 'x-decimal'?: number;
  readonly 'x-field'?: string;
  readonly '~refine'?: unknown;
}

/** A leaf of a shape, and where it is: in expressions, and on the wire. */
export interface PlacedLeaf {
  readonly path: readonly string[];
  readonly wirePath: readonly string[];
  readonly leaf: LeafShape;
}

/** All leaves of a shape, in their order. */
export function placedLeaves(
  { fields }: StructShape,
  path: readonly string[] = [],
  wirePath: readonly string[] = [],
): PlacedLeaf[] {
  return [...fields].flatMap(([name, field]): PlacedLeaf[] => {
    const inner = [...path, name];
    const onWire = [...wirePath, wireNameOf(name, field)];
    return field.shape === 'struct'
      ? placedLeaves(field, inner, onWire)
      : [{ path: inner, wirePath: onWire, leaf: field }];
  });
}

/** The name that a field has in events as they are sent. */
export function wireNameOf(name: string, { wireName }: FieldShape): string {
  return wireName ?? name;
}

/** The path that a dotted one has in events as they are sent; null if there is no such field. */
export function wirePathOf(shape: StructShape, dotted: string): readonly string[] | null {
  return placedLeaves(shape).find(({ path }) => path.join('.') === dotted)?.wirePath ?? null;
}

/** The shape of a schema. `where` names the stream and field for errors. */
export function shapeOf(schema: SchemaNode, where: string, nullable = false): FieldShape {
  const shape = bareShapeOf(schema, where, nullable);
  const wireName = schema['x-field'];
  return wireName === undefined ? shape : { ...shape, wireName };
}

function bareShapeOf(schema: SchemaNode, where: string, nullable: boolean): FieldShape {
  if (schema['~refine'] !== undefined) {
    throw new DefinitionError(
      `${where} uses Type.Refine, whose check is a function and cannot become a table column or a SQL type. Use the schema's own options, such as minimum or pattern.`,
    );
  }
  const timestamp = schema['x-timestamp'];
  if (timestamp !== undefined) {
    if (!isTimestampFormat(timestamp)) {
      throw new DefinitionError(
        `${where} is a timestamp of format '${timestamp}'. Use one of ${TIMESTAMP_FORMATS.join(', ')}.`,
      );
    }
    return { shape: 'leaf', type: { kind: 'instant', nullable }, timestamp };
  }
  if (schema['x-numeric'] === true) {
    return { shape: 'leaf', type: { kind: 'number', nullable, scale: schema['x-decimal'] ?? 'any' }, asText: true };
  }
  if (schema.anyOf) return unionShape(schema.anyOf, where, nullable);
  if (schema.properties) return structShape(schema, where, nullable);
  if (schema.enum) return leaf(kindOfValues(schema.enum, where), nullable);
  if ('const' in schema) return leaf(kindOfValues([schema.const], where), nullable);
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return leaf(schema.type, nullable);
    case 'integer':
      return { shape: 'leaf', type: { kind: 'number', nullable, integer: true } };
    default:
      return jsonLeaf(schema, where, nullable);
  }
}

function jsonLeaf(schema: SchemaNode, where: string, nullable: boolean): LeafShape {
  const elements = elementsOf(schema, where);
  return { shape: 'leaf', type: { kind: 'json', nullable, ...(elements !== null && { elements }) } };
}

function elementsOf(schema: SchemaNode, where: string): Elements | null {
  const { type, items, patternProperties } = schema;
  if (type === 'array' && items !== undefined && !isTuple(items)) {
    return new Elements('list', schema, () => shapeOf(items, `${where}: its elements`));
  }
  const values = Object.values(patternProperties ?? {});
  const [of] = values;
  if (type !== 'object' || of === undefined || values.length > 1) return null;
  return new Elements('map', schema, () => {
    const fields = new Map<string, FieldShape>([
      ['key', leaf('string', false)],
      ['value', shapeOf(of, `${where}: its values`)],
    ]);
    return { shape: 'struct', nullable: false, fields };
  });
}

/** Whether each place of a list has a schema of its own. */
export function isTuple(items: SchemaNode | readonly SchemaNode[]): items is readonly SchemaNode[] {
  return Array.isArray(items);
}

/** The field at a dotted path, nullable if anything on the way to it is. Null if there is no such field. */
export function fieldAt(root: StructShape, dotted: string): LeafShape | null {
  let current: FieldShape = root;
  let nullable = false;
  for (const name of dotted.split('.')) {
    if (current.shape !== 'struct') return null;
    const next: FieldShape | undefined = current.fields.get(name);
    if (!next) return null;
    nullable ||= next.shape === 'struct' && next.nullable;
    current = next;
  }
  if (current.shape !== 'leaf') return null;
  return nullable ? { ...current, type: { ...current.type, nullable: true } } : current;
}

function leaf(kind: ValueKind, nullable: boolean): LeafShape {
  return { shape: 'leaf', type: { kind, nullable } };
}

function structShape(schema: SchemaNode, where: string, nullable: boolean): StructShape {
  const required = new Set(schema.required ?? []);
  const fields = new Map<string, FieldShape>();
  const wireNames = new Map<string, string>();
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (name === '' || name.includes('.')) {
      throw new DefinitionError(
        `${where} has a field named '${name}'. A field's name must not be empty or hold a dot, which separates levels in paths. Give it another name, and say with field('${name}', …) what it is called in events.`,
      );
    }
    const shape = shapeOf(property, `${where}: field '${name}'`, !required.has(name));
    const wireName = wireNameOf(name, shape);
    const twin = wireNames.get(wireName);
    if (twin !== undefined) {
      throw new DefinitionError(
        `${where} has '${twin}' and '${name}', which are both '${wireName}' in events. Name it once.`,
      );
    }
    wireNames.set(wireName, name);
    fields.set(name, shape);
  }
  return { shape: 'struct', nullable, fields };
}

function unionShape(members: readonly SchemaNode[], where: string, nullable: boolean): FieldShape {
  const present = members.filter((member) => member.type !== 'null');
  const orNull = nullable || present.length < members.length;
  const shapes = present.map((member) => shapeOf(member, where, orNull));
  if (shapes.length === 0) return leaf('json', true);
  if (shapes.every((shape) => shape.shape === 'struct')) return mergeStructs(shapes, where);
  return mergeLeaves(shapes) ?? leaf('json', shapes.some(isNullable));
}

/** One leaf for the values of several; null if a shape is no leaf, or is of another kind than the rest. */
function mergeLeaves(shapes: readonly FieldShape[]): LeafShape | null {
  const leaves = shapes.filter((shape) => shape.shape === 'leaf');
  const [first] = leaves;
  if (!first || leaves.length < shapes.length || leaves.some((other) => !sameKind(other, first))) return null;
  const integer = leaves.every(({ type }) => type.integer);
  const scale = scaleOfAll(leaves.map(({ type }) => type.scale));
  const elements = commonElements(leaves.map(({ type }) => type.elements));
  const type = {
    kind: first.type.kind,
    nullable: leaves.some(isNullable),
    ...(integer && { integer }),
    ...(scale !== undefined && { scale }),
    ...(elements !== undefined && { elements }),
  };
  return { ...first, type, ...(leaves.some(({ asText }) => asText) && { asText: true }) };
}

/** One with room for all; none where one of them is no decimal. */
function scaleOfAll(scales: readonly (Scale | undefined)[]): Scale | undefined {
  return scales.reduce((all, one) => {
    if (all === undefined || one === undefined) return undefined;
    return all === 'any' || one === 'any' ? 'any' : Math.max(all, one);
  });
}

function isNullable(field: FieldShape): boolean {
  return field.shape === 'leaf' ? field.type.nullable : field.nullable;
}

/** Several event types in one stream: a field is nullable if one of them lacks it. */
function mergeStructs(structs: readonly StructShape[], where: string): StructShape {
  const fields = new Map<string, FieldShape>();
  for (const name of new Set(structs.flatMap((struct) => [...struct.fields.keys()]))) {
    const found = structs.map((struct) => struct.fields.get(name)).filter((field) => field !== undefined);
    const merged = mergeFields(found, `${where}: field '${name}'`);
    fields.set(name, found.length < structs.length ? orNull(merged) : merged);
  }
  return { shape: 'struct', nullable: structs.some(isNullable), fields };
}

/** Objects are one object with the fields of all. What is of several kinds is JSON, which functions look into. */
function mergeFields(found: readonly FieldShape[], where: string): FieldShape {
  const [first, ...others] = found as readonly [FieldShape, ...FieldShape[]];
  const other = others.find(({ wireName }) => wireName !== first.wireName);
  if (other !== undefined) {
    throw new DefinitionError(
      `${where} is not called the same in events of every type of the union. Give each a name of its own.`,
    );
  }
  const formats = new Set(found.map((field) => (field.shape === 'leaf' ? field.timestamp : undefined)));
  if (formats.size > 1) {
    throw new DefinitionError(
      `${where} is a timestamp, and not of one format in every event type of the union. Use Timestamp('auto') in all of them, or give each a name of its own.`,
    );
  }
  const merged = found.every((field) => field.shape === 'struct')
    ? mergeStructs(found, where)
    : (mergeLeaves(found) ?? leaf('json', found.some(isNullable)));
  return first.wireName === undefined ? merged : { ...merged, wireName: first.wireName };
}

/** The same, which may be null as well. */
export function orNull(field: FieldShape): FieldShape {
  return field.shape === 'struct'
    ? { ...field, nullable: true }
    : { ...field, type: { ...field.type, nullable: true } };
}

function sameKind(a: LeafShape, b: LeafShape): boolean {
  return a.type.kind === b.type.kind && a.timestamp === b.timestamp;
}

function kindOfValues(values: readonly unknown[], where: string): ValueKind {
  const kinds = new Set(values.map((value) => typeof value));
  const [kind] = kinds;
  if (kinds.size === 1 && (kind === 'string' || kind === 'number' || kind === 'boolean')) return kind;
  throw new DefinitionError(
    `${where} lists values of several types (${[...kinds].join(', ')}). Values of one type can be a column.`,
  );
}

function isTimestampFormat(text: string): text is TimestampFormat {
  return (TIMESTAMP_FORMATS as readonly string[]).includes(text);
}
