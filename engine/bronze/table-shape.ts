import type { FieldShape, StructShape } from '../ir/field-shape.ts';

/**
 * The fields of a stream that a Hive table can have: names of letters, digits and _ that differ from those of all other
 * fields of the object by more than case. Leaves out objects that lose all their fields.
 */
export function tableShape(struct: StructShape): StructShape {
  const counts = new Map<string, number>();
  for (const name of struct.fields.keys()) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const fields = new Map<string, FieldShape>();
  for (const [name, field] of struct.fields) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || counts.get(name.toLowerCase()) !== 1) continue;
    const inner = field.shape === 'struct' ? tableShape(field) : field;
    if (inner.shape === 'leaf' || inner.fields.size > 0) fields.set(name, inner);
  }
  return { ...struct, fields };
}

/**
 * Finds objects with a field that a table would confuse with one of its columns, because it ignores case: `ID` where
 * the table has `id`.
 */
export function twinFinder(table: StructShape): (value: object) => boolean {
  const lower = new Map([...table.fields.keys()].map((name) => [name.toLowerCase(), name]));
  const inner = [...table.fields].flatMap(([name, field]) =>
    field.shape === 'struct' ? [[name, twinFinder(field)] as const] : [],
  );
  return (value) => {
    for (const name of Object.keys(value)) {
      if (!table.fields.has(name) && lower.has(name.toLowerCase())) return true;
    }
    return inner.some(([name, find]) => {
      const field = (value as Record<string, unknown>)[name];
      return typeof field === 'object' && field !== null && find(field);
    });
  };
}
