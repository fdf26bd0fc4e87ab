import type { ViewDefinition } from '../ir/view-definition.ts';
import { windowOf } from '../windows/registry.ts';
import { unusedName } from './columns.ts';
import type { Dialect } from './dialect.ts';
import type { Cte } from './stages.ts';
import { identifier, indent, select } from './text.ts';

export interface RowsToFill {
  /** The name of the SELECT that has the rows: window, groups and aggregates. */
  readonly rows: string;
  /** The name of the SELECT that the aggregates are made from, and these as SQL with their names. */
  readonly from: string;
  readonly aggregates: readonly string[];
  readonly prefix: string;
  readonly dialect: Dialect;
}

/**
 * The rows of a view, and those of windows without events: each row is followed by as many as there are windows up to the
 * group's next row, or `keepGroupsFor` where that comes first. Their aggregates are those over no events at all.
 */
export function fillEmptyWindows(view: ViewDefinition, { rows, from, aggregates, prefix, dialect }: RowsToFill): Cte[] {
  const { window, emptyWindows, keepGroupsForWindows } = view;
  const kind = windowOf(window);
  const numbers = kind.sqlNumbers?.(dialect.name);
  if (emptyWindows === 'skip' || kind.grid === null || numbers === undefined) return [];
  const { grid } = kind;
  const { step } = numbers;
  const names = [...view.groupBy, ...view.aggregates].map(({ name }) => name);
  const [next, number] = [unusedName('next row', names), unusedName('empty window', names)];
  const groups = view.groupBy.map(({ name }) => identifier(name));
  const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
  const own = numbers.of('"window_start"');
  const followed = `lead(${own}) OVER (${partition}ORDER BY "window_start") AS ${next}`;
  const kept = `${own} + ${keepGroupsForWindows * step}`;
  const series = { first: `${own} + ${step}`, last: `least(${kept}, COALESCE(${next} - ${step}, ${kept}))`, step };
  const end = grid.calendar === undefined ? `${number} + ${grid.sizeMs}` : numbers.startMs(`(${number} + ${step})`);
  const columns = [`${numbers.startMs(number)} AS "window_start"`, `${end} AS "window_end"`, ...groups];
  const ofNothing = view.aggregates.map(({ name }) => `${prefix}nothing.${identifier(name)}`);
  const empty = (source: string) => select({ columns: [...columns, ...ofNothing], from: source });
  const hasAggregates = aggregates.length > 0;
  return [
    { name: `${prefix}followed`, sql: select({ columns: ['*', followed], from: rows }) },
    { name: `${prefix}empty`, sql: dialect.expand(`${prefix}followed`, number, series) },
    ...(hasAggregates
      ? [{ name: `${prefix}nothing`, sql: select({ columns: aggregates, from, where: ['FALSE'] }) }]
      : []),
    {
      name: `${prefix}all_rows`,
      sql: `${select({ columns: ['*'], from: rows })}\nUNION ALL\n${indent(empty(hasAggregates ? `${prefix}empty CROSS JOIN ${prefix}nothing` : `${prefix}empty`))}`,
    },
  ];
}
