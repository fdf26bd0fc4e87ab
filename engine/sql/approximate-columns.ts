import type { Approximation } from '../aggregates/descriptor.ts';
import { descriptorOf } from '../aggregates/registry.ts';
import type { ColumnNode } from '../ir/node.ts';
import { upstreamsOf } from '../ir/source-definition.ts';
import { namesOfStep, nodeOfStep, type ViewDefinition } from '../ir/view-definition.ts';
import { columnsIn } from './columns.ts';

/** How far off a column of a stream's rows may be; `derived`: it is made of columns that may be. */
export type ColumnApproximation = Approximation | { readonly kind: 'derived' };

/** The columns of a view's rows that are not exact, in their order. Those of the views that it takes rows of count too. */
export function approximateColumns(view: ViewDefinition): ReadonlyMap<string, ColumnApproximation> {
  const taken = new Set(upstreamsOf(view.source).flatMap((upstream) => [...approximateColumns(upstream).keys()]));
  // Which rows are taken, and into which group they go.
  let areGroupsExact = true;
  for (const step of view.steps) {
    if (step.step === 'where') areGroupsExact &&= !readsAny(step.condition, taken);
    else if (readsAny(nodeOfStep(step), taken)) for (const name of namesOfStep(step)) taken.add(name);
  }
  for (const { node } of view.groupBy) areGroupsExact &&= !readsAny(node, taken);
  const found = new Map<string, ColumnApproximation>();
  for (const { name, column } of view.aggregates) {
    const own = descriptorOf(column.spec).approximation(column.spec);
    const isOfExact = areGroupsExact && !readsAny(column.argument, taken) && !readsAny(column.condition, taken);
    if (!isOfExact) found.set(name, { kind: 'derived' });
    else if (own !== null) found.set(name, own);
  }
  for (const { name, node } of view.derived) {
    if (readsAny(node, new Set(found.keys()))) found.set(name, { kind: 'derived' });
  }
  return found;
}

function readsAny(node: ColumnNode | null, names: ReadonlySet<string>): boolean {
  // Of a struct's field, `change.percent`, the struct is the column.
  return (
    node !== null && columnsIn(node).some((path) => names.has(path) || names.has(path.slice(0, path.indexOf('.'))))
  );
}
