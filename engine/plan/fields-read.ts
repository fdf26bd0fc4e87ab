import { conditionsOfEvents } from '../dsl/pattern-columns.ts';
import { type ColumnNode, fieldsIn } from '../ir/node.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import { nodeOfStep, type ViewDefinition } from '../ir/view-definition.ts';

/** Whether some of the views read a field of their events, by its path. */
export function fieldsReadBy(views: readonly ViewDefinition[]): (path: readonly string[]) => boolean {
  const read = new Set(
    views
      .flatMap(nodesOf)
      .flatMap(fieldsIn)
      .map((path) => path.join('.')),
  );
  return (path) => read.has(path.join('.'));
}

function nodesOf({ source, steps, groupBy, selected = [], aggregates }: ViewDefinition): ColumnNode[] {
  const ofAggregates = aggregates.flatMap(({ column }) => [column.argument, column.condition]);
  return [
    ...steps.map(nodeOfStep),
    ...[...groupBy, ...selected].map(({ node }) => node),
    ...ofAggregates.filter((node) => node !== null),
    ...nodesOfLog(source),
  ];
}

/** What the log of a join or a pattern takes of events. */
function nodesOfLog(source: SourceDefinition): ColumnNode[] {
  if (source.kind === 'join') return [source.left, source.right].flatMap(({ on, columns }) => [...on, ...columns]);
  if (source.kind !== 'pattern') return [];
  return [...source.partitionBy, ...source.columns, ...conditionsOfEvents(source.pattern)];
}
