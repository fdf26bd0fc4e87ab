import { type JoinSide, type JoinSource, joinedShape } from '../ir/join-definition.ts';
import { matchShape } from '../ir/match-shape.ts';
import { type ColumnNode, fieldsIn } from '../ir/node.ts';
import type { PatternSource } from '../ir/pattern-definition.ts';
import { type SourceDefinition, sourceShape } from '../ir/source-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { columnsKept, conditionsOfEvents } from './pattern-columns.ts';

/** A source with what the expressions of its view read, and no more: that is what the log of a join or pattern keeps. */
export function readBy(source: SourceDefinition, nodes: readonly ColumnNode[]): SourceDefinition {
  if (source.kind !== 'view') return source;
  const { view } = source;
  const used = new Set(nodes.flatMap(fieldsIn).map((path) => path.join('.')));
  if (view.source.kind === 'join') {
    const narrowed = narrowJoin(view.source, used);
    return { kind: 'view', view: { ...view, source: narrowed, joined: joinedShape(narrowed) } };
  }
  if (view.source.kind !== 'pattern') return source;
  const narrowed = narrowPattern(view.source, used);
  return { kind: 'view', view: { ...view, source: narrowed, joined: matchShape(narrowed) } };
}

function narrowJoin(join: JoinSource<ViewDefinition>, used: ReadonlySet<string>): JoinSource<ViewDefinition> {
  return { ...join, left: narrowSide(join.left, used), right: narrowSide(join.right, used) };
}

function narrowSide(side: JoinSide<ViewDefinition>, used: ReadonlySet<string>): JoinSide<ViewDefinition> {
  const columns = side.columns.filter(({ path }) => used.has([side.name, ...path].join('.')));
  // A join of a join keeps of that one what it takes from it itself.
  const source = readBy(side.source, [...side.on, ...columns]);
  return { ...side, source, columns };
}

function narrowPattern(
  source: PatternSource<ViewDefinition>,
  used: ReadonlySet<string>,
): PatternSource<ViewDefinition> {
  const select = source.select.filter(({ name }) => used.has(name));
  const columns = columnsKept(sourceShape(source.source), source.pattern, select);
  const read = [...source.partitionBy, ...columns, ...conditionsOfEvents(source.pattern)];
  return { ...source, select, columns, source: readBy(source.source, read) };
}
