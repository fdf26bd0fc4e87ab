import type { FieldShape, StructShape } from '../ir/field-shape.ts';

/**
 * The fields of a stream that a Hive table can have: names of letters, digits and _ that no other field of the same
 * object has in another case. Objects of which nothing is left are left out themselves.
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
 * Tells of values whether an object in them has a field beside those of the table that takes no notice of case would
 * take for one of them: `ID` where the table has `id`.
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
