import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';

/** The fields of a shape that are values, at any depth: simple ones, and lists and objects of any content. */
export function leavesOf(shape: StructShape, path: readonly string[] = [], nullable = false): FieldNode[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]): FieldNode[] => {
    if (field.shape === 'struct') return leavesOf(field, [...path, name], nullable || field.nullable);
    const type = nullable ? { ...field.type, nullable: true } : field.type;
    return [{ op: 'field', path: [...path, name], type }];
  });
}
