import { commonElements } from './elements.ts';
import type { FieldShape, StructShape } from './field-shape.ts';
import type { StreamDefinition } from './stream-definition.ts';
import { rowShape, type ViewDefinition } from './view-definition.ts';

/**
 * The events of several streams, and the rows of views once they change no more, as if they were of one stream: the fields that
 * all of them have.
 */
export interface UnionSource<V> {
  readonly kind: 'union';
  readonly name: string;
  readonly streams: readonly StreamDefinition[];
  /** Not set: none. */
  readonly views?: readonly V[];
}

/** The fields that all have, of one kind; nullable where one of them can lack it. */
export function unionShape({ streams, views = [] }: UnionSource<ViewDefinition>): StructShape {
  const shapes = [...streams.map(({ shape }) => shape), ...views.map(rowShape)];
  return { shape: 'struct', nullable: false, fields: commonFields(shapes) };
}

function commonFields([first, ...others]: readonly StructShape[]): ReadonlyMap<string, FieldShape> {
  const fields = new Map<string, FieldShape>();
  for (const [name, field] of first?.fields ?? []) {
    const all = [field, ...others.map((shape) => shape.fields.get(name))];
    const common = commonOf(all);
    if (common !== null) fields.set(name, common);
  }
  return fields;
}

/** Null where one of them lacks the field, or has it of another kind. */
function commonOf(all: readonly (FieldShape | undefined)[]): FieldShape | null {
  const structs = all.filter((field) => field?.shape === 'struct');
  if (structs.length === all.length) {
    return { shape: 'struct', nullable: structs.some(({ nullable }) => nullable), fields: commonFields(structs) };
  }
  const leaves = all.filter((field) => field?.shape === 'leaf');
  const kinds = new Set(leaves.map(({ type }) => type.kind));
  const [first] = leaves;
  if (first === undefined || leaves.length < all.length || kinds.size > 1) return null;
  const integer = leaves.every(({ type }) => type.integer === true);
  const nullable = leaves.some(({ type }) => type.nullable);
  const elements = commonElements(leaves.map(({ type }) => type.elements));
  const type = {
    kind: first.type.kind,
    nullable,
    ...(integer && { integer }),
    ...(elements !== undefined && { elements }),
  };
  return { shape: 'leaf', type };
}
