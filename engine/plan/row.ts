import type { AggregateOperator } from '../aggregates/operator.ts';
import type { ViewDefinition } from '../definition/view-definition.ts';
import { rowShape } from '../definition/view-definition.ts';
import { compileToFunction } from '../expression/compile-js.ts';
import type { Value } from '../expression/node.ts';
import { formatInstant } from '../time/instant.ts';
import type { Group } from './group.ts';

/** A row's own columns, in the definition's order, as JSON holds them: instants are ISO-8601 text. */
export type RowColumns = Readonly<Record<string, Value>>;

export type MakeRow = (group: Group, windowStartMs: number, windowEndMs: number) => RowColumns;

/** Compiles the way from a merged group to its row: results, then derived columns, then texts for instants. */
export function compileRow(view: ViewDefinition, operators: readonly AggregateOperator[]): MakeRow {
  const derived = view.derived.map(({ name, node }) => ({ name, compute: compileToFunction(node) }));
  const instants = [...rowShape(view).fields]
    .filter(([, field]) => field.shape === 'leaf' && field.type.kind === 'instant')
    .map(([name]) => name);
  return (group, windowStartMs, windowEndMs) => {
    const row: Record<string, Value> = { window_start: windowStartMs, window_end: windowEndMs };
    view.groupBy.forEach(({ name }, index) => {
      row[name] = group.values[index] ?? null;
    });
    view.aggregates.forEach(({ name }, index) => {
      row[name] = (operators[index] as AggregateOperator).result(group.states[index]);
    });
    for (const { name, compute } of derived) row[name] = compute(row);
    for (const name of instants) {
      const ms = row[name];
      if (typeof ms === 'number') row[name] = formatInstant(ms);
    }
    return row;
  };
}
