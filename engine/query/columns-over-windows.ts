import type { OverWindows } from '../aggregates/descriptor.ts';
import { descriptorOf } from '../aggregates/registry.ts';
import { canBeNull } from '../expression/compile-js.ts';
import type { AggregateDefinition } from '../ir/aggregate.ts';
import { type ColumnNode, containsRowOperator, operandsOf, windowTotalsIn } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf } from '../ir/window.ts';

/** Ways in which the values of windows are put together, one column by itself. */
export type CombinedOver = Exclude<OverWindows, { how: 'refuse' | 'ratio' }>;

/** How a column of a view goes over several of its windows. */
export type ColumnOverWindows =
  | { readonly how: 'group' }
  | { readonly how: 'aggregate'; readonly over: CombinedOver }
  /** One of two other aggregates over the other; null over 0. */
  | { readonly how: 'ratio'; readonly of: string; readonly to: string }
  /** Computed again of the other columns, as in a row. */
  | { readonly how: 'derive'; readonly node: ColumnNode }
  /** `because` ends a sentence that begins with the column. */
  | { readonly how: 'refuse'; readonly because: string };

const EVENTS_APART = 'each row is an event of its own: put a view with windows and aggregates over them';

/** Of each column but those of the window, in the order of a row. */
export function columnsOverWindows(view: ViewDefinition): ReadonlyMap<string, ColumnOverWindows> {
  const columns = new Map<string, ColumnOverWindows>();
  for (const { name } of view.groupBy) columns.set(name, { how: 'group' });
  for (const { name } of view.selected ?? []) columns.set(name, { how: 'refuse', because: EVENTS_APART });
  for (const { name, column } of view.aggregates) {
    columns.set(name, aggregateOver(view, column));
  }
  const ofWindow = new Set<string>(traitsOf(view.window).columns);
  for (const { name, node } of view.derived) columns.set(name, derivedOver(node, columns, ofWindow));
  return columns;
}

function aggregateOver(view: ViewDefinition, column: AggregateDefinition): ColumnOverWindows {
  const over = descriptorOf(column.spec).overWindows;
  if (over.how === 'refuse') return over;
  if (over.how !== 'ratio') return { how: 'aggregate', over };
  const [of, to] = [ofSameValues(view, column, over.of), ofSameValues(view, column, over.to)];
  return of === null || to === null ? { how: 'refuse', because: over.because } : { how: 'ratio', of, to };
}

/** The name of another aggregate of the same values. To count events is to count values, where none of these can be null. */
function ofSameValues(view: ViewDefinition, column: AggregateDefinition, kind: string): string | null {
  const isSame = ({ spec, argument, condition }: AggregateDefinition) => {
    if (spec.kind !== kind || JSON.stringify(condition) !== JSON.stringify(column.condition)) return false;
    if (argument === null) return column.argument !== null && !canBeNull(column.argument);
    return JSON.stringify(argument) === JSON.stringify(column.argument);
  };
  return view.aggregates.find((other) => isSame(other.column))?.name ?? null;
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
  if (windowTotalsIn(node).length > 0) {
    return { how: 'refuse', because: 'it is a share of all groups of one window: ask for the rows themselves' };
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
