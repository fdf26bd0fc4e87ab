import { DefinitionError } from '../ir/errors.ts';
import type { StructShape } from '../ir/field-shape.ts';
import { checkColumn } from '../ir/names.ts';
import type { NamedColumn, NamedNode } from '../ir/node.ts';
import { AggregateColumn } from './aggregate-column.ts';
import { Expression } from './build.ts';
import { callDefinition } from './recorder.ts';
import { columnNodeOf } from './row-operator.ts';

/** Calls a callback that makes columns of expressions. `taken` are the names that there are already. */
export function callColumns(
  where: string,
  columns: (fields: object) => Record<string, unknown>,
  fields: object,
  taken: ReadonlySet<string>,
): NamedColumn[] {
  return callDefinition(where, columns, fields, (result) =>
    entriesOf(result, where).map(([name, value]) => {
      checkColumn(name, taken, where);
      return { name, node: columnNodeOf(value, `${where}: '${name}'`) };
    }),
  );
}

/** What a callback returned, column by column. */
export function entriesOf(columns: unknown, where: string): [string, unknown][] {
  const isOne = columns instanceof Expression || columns instanceof AggregateColumn;
  if (typeof columns === 'object' && columns !== null && !isOne) return Object.entries(columns);
  throw new DefinitionError(`${where}: its function must return an object of columns, such as { name: … }.`);
}

export function withColumns(shape: StructShape, columns: readonly NamedNode[]): StructShape {
  const fields = new Map(shape.fields);
  for (const { name, node } of columns) fields.set(name, { shape: 'leaf', type: node.type });
  return { ...shape, fields };
}
