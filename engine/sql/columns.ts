import type { StructShape } from '../ir/field-shape.ts';
import { type ColumnNode, type ExpressionNode, operandsOf } from '../ir/node.ts';
import { namesOfStep, nodeOfStep, type ViewDefinition } from '../ir/view-definition.ts';
import { SqlError } from './errors.ts';
import { identifier } from './text.ts';

/** SQL takes no notice of case in names, even in quoted ones. */
export function refuseTwins(names: readonly string[], where: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      throw new SqlError(
        `${where} has '${twin}' and '${name}', which SQL cannot tell apart: it takes no notice of case in names. Rename one of them.`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** A column's name as SQL that none of the others has, `wish` or more: a field of an event can have any name. */
export function unusedName(wish: string, names: readonly string[]): string {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  let name = wish;
  while (taken.has(name)) name += ' ';
  return identifier(name);
}

/** Dotted paths of the event's own fields that a view reads. */
export function fieldsRead(view: ViewDefinition): string[] {
  const found = new Set<string>();
  const made = new Set<string>();
  const read = (node: ExpressionNode) => {
    for (const path of columnsIn(node)) if (!made.has(rootOf(path))) found.add(path);
  };
  for (const step of view.steps) {
    read(nodeOfStep(step));
    for (const name of namesOfStep(step)) made.add(name);
  }
  for (const { node } of [...view.groupBy, ...(view.selected ?? [])]) read(node);
  for (const { column } of view.aggregates) {
    if (column.argument) read(column.argument);
    if (column.condition) read(column.condition);
  }
  return [...found];
}

/** The column of an event or row that a dotted path leads into. */
function rootOf(path: string): string {
  return path.split('.', 1)[0] as string;
}

/** Dotted paths of the fields in an expression. */
export function columnsIn(node: ColumnNode): string[] {
  return node.op === 'field' ? [node.path.join('.')] : operandsOf(node).flatMap(columnsIn);
}

/** Dotted paths of a row's columns: of a struct those of its fields. */
export function columnPaths({ fields }: StructShape): string[] {
  return [...fields].flatMap(([name, field]) =>
    field.shape === 'struct' ? columnPaths(field).map((inner) => `${name}.${inner}`) : [name],
  );
}
