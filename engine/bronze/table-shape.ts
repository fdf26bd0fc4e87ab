import { type FieldShape, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { BRONZE_COLUMNS } from './bronze-line.ts';

/**
 * The fields of a stream that a Hive table can have: names of letters, digits and _ that differ from those of all other
 * fields of the object by more than case. Leaves out objects that lose all their fields.
 */
export function tableShape(root: StructShape): StructShape {
  return ofTable(root, namesOnWire(root));
}

/**
 * A name in lower case, and what it is called in events. A table renames fields by name alone, wherever they are, so a name that means
 * several things cannot stand for another one.
 */
function namesOnWire(struct: StructShape, found = new Map(RESERVED)): Map<string, Set<string>> {
  for (const [name, field] of struct.fields) {
    const key = name.toLowerCase();
    found.set(key, new Set([...(found.get(key) ?? []), wireNameOf(name, field)]));
    if (field.shape === 'struct') namesOnWire(field, found);
  }
  return found;
}

/** The columns of a line itself. */
const RESERVED: readonly (readonly [string, Set<string>])[] = [...BRONZE_COLUMNS, 'event'].map((name) => [
  name,
  new Set([name]),
]);

function ofTable(struct: StructShape, onWire: ReadonlyMap<string, ReadonlySet<string>>): StructShape {
  const counts = new Map<string, number>();
  for (const name of struct.fields.keys()) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const fields = new Map<string, FieldShape>();
  for (const [name, field] of struct.fields) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || counts.get(name.toLowerCase()) !== 1) continue;
    if (field.wireName !== undefined && onWire.get(name.toLowerCase())?.size !== 1) continue;
    const { wireName: _, ...inner } = field.shape === 'struct' ? ofTable(field, onWire) : field;
    if (inner.shape === 'leaf' || inner.fields.size > 0) fields.set(name, inner);
  }
  return { ...struct, fields };
}

/** Of fields that a table has under another name than events: the name in the table, and that in events, both in lower case. */
export function renamedFields(root: StructShape, table: StructShape = tableShape(root)): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, field] of root.fields) {
    const kept = table.fields.get(name);
    if (kept === undefined) continue;
    if (field.wireName !== undefined) found.set(name.toLowerCase(), field.wireName.toLowerCase());
    if (field.shape === 'struct' && kept.shape === 'struct') {
      for (const [inner, wireName] of renamedFields(field, kept)) found.set(inner, wireName);
    }
  }
  return found;
}

/**
 * Finds objects with a field that a table would confuse with one of its columns, because it ignores case: `ID` where
 * the table has `id`.
 */
export function twinFinder(root: StructShape, table: StructShape = tableShape(root)): (value: object) => boolean {
  const kept = [...root.fields].filter(([name]) => table.fields.has(name));
  const names = new Set(kept.map(([name, field]) => wireNameOf(name, field)));
  const lower = new Set([...names].map((name) => name.toLowerCase()));
  const inner = kept.flatMap(([name, field]) => {
    const ofTable = table.fields.get(name);
    const isStruct = field.shape === 'struct' && ofTable?.shape === 'struct';
    return isStruct ? [[wireNameOf(name, field), twinFinder(field, ofTable)] as const] : [];
  });
  return (value) => {
    for (const name of Object.keys(value)) {
      if (!names.has(name) && lower.has(name.toLowerCase())) return true;
    }
    return inner.some(([name, find]) => {
      const field = (value as Record<string, unknown>)[name];
      return typeof field === 'object' && field !== null && find(field);
    });
  };
}
