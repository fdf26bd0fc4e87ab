import type { FieldReader, StructReader } from './readers.ts';

/** How the events of one producer look: the order of their fields, and the spaces between. Learned from its events. */
export interface Layout {
  /** Behind a name, and between two fields. */
  readonly colon: ':' | ': ';
  readonly comma: ',' | ', ';
  readonly root: ObjectLayout;
}

export interface ObjectLayout {
  readonly struct: StructReader;
  readonly keys: readonly KeyLayout[];
}

export interface KeyLayout {
  readonly name: string;
  /** Null: the schema does not name it. */
  readonly field: FieldReader | null;
  /** Of a struct. */
  readonly inner: ObjectLayout | null;
}

/** Names of an object at most. */
const MAX_KEYS = 200;

export function emptyLayout(struct: StructReader, text: string): Layout {
  const colon = /^\{"[^"\\]*": /.test(text) ? ': ' : ':';
  // Between the first field and the next one, as far as that can be told from afar.
  const comma = /[^{,] *, "[^"\\]*":/.test(text) ? ', ' : ',';
  return { colon, comma, root: { struct, keys: [] } };
}

/**
 * The layout that takes an event in as well: its fields stand between those that are known already. Null where they cannot,
 * because they are in another order, or where what the event has cannot be learned.
 */
export function withEvent(layout: Layout, event: object): Layout | null {
  const root = withObject(layout.root, event as Readonly<Record<string, unknown>>);
  return root === null ? null : root === layout.root ? layout : { ...layout, root };
}

function withObject(layout: ObjectLayout, object: Readonly<Record<string, unknown>>): ObjectLayout | null {
  const keys = [...layout.keys];
  let isSame = true;
  let last = -1;
  for (const name of Object.keys(object)) {
    if (!isPlain(name)) return null;
    const at = keys.findIndex((key) => key.name === name);
    if (at !== -1 && at <= last) return null;
    const known = at === -1 ? newKey(layout.struct, name) : (keys[at] as KeyLayout);
    if (known === null) return null;
    const key = withValue(known, object[name]);
    if (key === null) return null;
    isSame &&= at !== -1 && key === known;
    last = at === -1 ? last + 1 : at;
    keys.splice(last, at === -1 ? 0 : 1, key);
  }
  if (isSame) return layout;
  return keys.length > MAX_KEYS ? null : { ...layout, keys };
}

function newKey(struct: StructReader, name: string): KeyLayout | null {
  const field = struct.fields.get(name) ?? null;
  if (field === null && struct.others === null) return null;
  return { name, field, inner: field?.kind === 'struct' ? { struct: field, keys: [] } : null };
}

function withValue(key: KeyLayout, value: unknown): KeyLayout | null {
  if (key.inner === null || typeof value !== 'object' || value === null) return key;
  const inner = withObject(key.inner, value as Readonly<Record<string, unknown>>);
  return inner === null ? null : inner === key.inner ? key : { ...key, inner };
}

/** Not empty, not written with escapes, and not a whole number, which objects do not keep in the order of the text. */
function isPlain(name: string): boolean {
  return name !== '' && JSON.stringify(name).length === name.length + 2 && !/^\d+$/.test(name);
}
