import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';

/** The simple fields of a shape, at any depth. What is an object or a list of any content is not kept in a log. */
export function leavesOf(shape: StructShape, path: readonly string[] = [], nullable = false): FieldNode[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]): FieldNode[] => {
    if (field.shape === 'struct') return leavesOf(field, [...path, name], nullable || field.nullable);
    if (field.type.kind === 'json') return [];
    const type = nullable ? { ...field.type, nullable: true } : field.type;
    return [{ op: 'field', path: [...path, name], type }];
  });
}
