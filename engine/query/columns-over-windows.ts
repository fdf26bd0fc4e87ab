import type { OverWindows } from '../aggregates/descriptor.ts';
import { descriptorOf } from '../aggregates/registry.ts';
import { type ColumnNode, containsRowOperator, operandsOf } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf } from '../ir/window.ts';

/** How a column of a view goes over several of its windows. */
export type ColumnOverWindows =
  | { readonly how: 'group' }
  | { readonly how: 'aggregate'; readonly over: Exclude<OverWindows, { how: 'refuse' }> }
  /** Computed again of the other columns, as in a row. */
  | { readonly how: 'derive'; readonly node: ColumnNode }
  /** `because` ends a sentence that begins with the column. */
  | { readonly how: 'refuse'; readonly because: string };

/** Of each column but those of the window, in the order of a row. */
export function columnsOverWindows(view: ViewDefinition): ReadonlyMap<string, ColumnOverWindows> {
  const columns = new Map<string, ColumnOverWindows>();
  for (const { name } of view.groupBy) columns.set(name, { how: 'group' });
  for (const { name, column } of view.aggregates) {
    const over = descriptorOf(column.spec).overWindows;
    columns.set(name, over.how === 'refuse' ? over : { how: 'aggregate', over });
  }
  const ofWindow = new Set<string>(traitsOf(view.window).columns);
  for (const { name, node } of view.derived) columns.set(name, derivedOver(node, columns, ofWindow));
  return columns;
}

function derivedOver(
  node: ColumnNode,
  columns: ReadonlyMap<string, ColumnOverWindows>,
  ofWindow: ReadonlySet<string>,
): ColumnOverWindows {
  if (containsRowOperator(node)) {
    return {
      how: 'refuse',
      because: "it follows from a group's rows one after the other: ask for the rows themselves",
    };
  }
  for (const name of fieldsIn(node)) {
    if (ofWindow.has(name)) return { how: 'refuse', because: `it is made of ${name}, and each window has its own` };
    const column = columns.get(name);
    if (column?.how === 'refuse') return { how: 'refuse', because: `it is made of ${name}, and ${column.because}` };
  }
  return { how: 'derive', node };
}

function fieldsIn(node: ColumnNode): readonly string[] {
  if (node.op === 'field') return node.path.slice(0, 1);
  return operandsOf(node).flatMap(fieldsIn);
}
