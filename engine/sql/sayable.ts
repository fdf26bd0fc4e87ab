import { type ColumnNode, rowOperatorsIn } from '../ir/node.ts';
import { mapViews, sourceLabel, upstreamsOf } from '../ir/source-definition.ts';
import type { EventStep, ViewDefinition } from '../ir/view-definition.ts';
import { describeColumn, hasSql } from '../row-operators/registry.ts';
import { columnsIn } from './columns.ts';
import { SqlError } from './errors.ts';

export interface Sayable {
  /** The view without what SQL cannot say, and so are the views that it takes rows of. */
  readonly view: ViewDefinition;
  /** Columns of its rows that are left out, and what each is, in words. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * What SQL can say of a view. A column over a group's rows that only a stream's state can say is left out, and so is what is
 * made of it.
 *
 * Throws a `SqlError` where the view's rows depend on such a column of another view: by its filter, groups or aggregates.
 */
export function sayableOf(view: ViewDefinition): Sayable {
  const source = mapViews(view.source, (upstream) => sayableOf(upstream).view);
  const { steps, unsaid } = sayableSteps(view);
  refuseRowsOf(view, unsaid);
  const leftOut = new Map<string, string>();
  for (const { name, node } of view.derived) {
    const words = wordsOfUnsaid(node, leftOut);
    if (words !== null) leftOut.set(name, words);
  }
  const derived = view.derived.filter(({ name }) => !leftOut.has(name));
  return { view: { ...view, source, steps, derived }, leftOut };
}

type Unsaid = ReadonlyMap<string, string>;

/** Columns of events that are made of unsaid ones are left out: they count only where they are read. */
function sayableSteps(view: ViewDefinition): { readonly steps: readonly EventStep[]; readonly unsaid: Unsaid } {
  const unsaid = new Map(upstreamsOf(view.source).flatMap((upstream) => [...sayableOf(upstream).leftOut]));
  const steps = view.steps.filter((step) => {
    if (step.step === 'where') {
      refuse(view, 'filters by', step.condition, unsaid);
      return true;
    }
    const words = wordsOfUnsaid(step.node, unsaid);
    if (words !== null) unsaid.set(step.name, words);
    return words === null;
  });
  return { steps, unsaid };
}

function refuseRowsOf(view: ViewDefinition, unsaid: Unsaid): void {
  for (const { node } of view.groupBy) refuse(view, 'groups by', node, unsaid);
  for (const { column } of view.aggregates) {
    for (const node of [column.argument, column.condition]) if (node) refuse(view, 'aggregates', node, unsaid);
  }
}

function refuse(view: ViewDefinition, what: string, node: ColumnNode, unsaid: Unsaid): void {
  const column = readUnsaid(node, unsaid);
  if (column === undefined) return;
  throw new SqlError(
    `View '${view.name}' ${what} '${column}' of ${sourceLabel(view.source)}, the ${unsaid.get(column)}, which SQL cannot say: its rows depend on what only a stream's state knows. Leave that out of the view that is to be SQL.`,
  );
}

/** What an unsaid column is, in words; null of one that SQL can say. */
function wordsOfUnsaid(node: ColumnNode, unsaid: Unsaid): string | null {
  const operator = rowOperatorsIn(node).find((each) => !hasSql(each));
  if (operator !== undefined) return describeColumn(operator);
  const column = readUnsaid(node, unsaid);
  return column === undefined ? null : `value made of ${column}`;
}

/** The first unsaid column that an expression reads: of a field of a struct, the struct. */
function readUnsaid(node: ColumnNode, unsaid: Unsaid): string | undefined {
  return columnsIn(node)
    .map((path) => (unsaid.has(path) ? path : (path.split('.')[0] as string)))
    .find((name) => unsaid.has(name));
}
