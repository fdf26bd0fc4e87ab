import type { FieldShape, SchemaNode } from './field-shape.ts';

/**
 * What a list holds, or an object with any names (`map`): a view that explodes one has a row for each. An element of a map is
 * `{ key, value }`. It belongs to a type and is no part of what a value is: JSON, such as that of a fingerprint, leaves it out.
 */
export class Elements {
  readonly kind: 'list' | 'map';
  /** Of the list or the map; null where the schema says nothing of what is in it. */
  readonly schema: SchemaNode | null;
  readonly #shape: () => FieldShape;

  constructor(kind: 'list' | 'map', schema: SchemaNode | null, shape: () => FieldShape) {
    this.kind = kind;
    this.schema = schema;
    this.#shape = shape;
  }

  /** The shape of one. It is looked into where a view explodes the list, and not before. */
  get shape(): FieldShape {
    return this.#shape();
  }

  /** The same for lists that hold the same. */
  get id(): string {
    return JSON.stringify([this.kind, this.schema]);
  }

  toJSON(): undefined {
    return undefined;
  }
}

/** Of a value of which the schema says nothing: where it is a list, its elements. */
export const UNKNOWN_ELEMENTS = new Elements('list', null, () => ({
  shape: 'leaf',
  type: { kind: 'json', nullable: true },
}));

/** Of several that are one field; undefined where they hold different things. */
export function commonElements(all: readonly (Elements | undefined)[]): Elements | undefined {
  const [first] = all;
  return all.every((one) => one?.id === first?.id) ? first : undefined;
}
