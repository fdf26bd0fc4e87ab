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
  const { grid } = windowOf(window);
  if (emptyWindows === 'skip' || grid === null) return [];
  const { sizeMs, slideMs } = grid;
  const names = [...view.groupBy, ...view.aggregates].map(({ name }) => name);
  const [next, start] = [unusedName('next row', names), unusedName('empty start', names)];
  const groups = view.groupBy.map(({ name }) => identifier(name));
  const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
  const followed = `lead("window_start") OVER (${partition}ORDER BY "window_start") AS ${next}`;
  const kept = `"window_start" + ${keepGroupsForWindows * slideMs}`;
  const series = {
    first: `"window_start" + ${slideMs}`,
    last: `least(${kept}, COALESCE(${next} - ${slideMs}, ${kept}))`,
    step: slideMs,
  };
  const columns = [`${start} AS "window_start"`, `${start} + ${sizeMs} AS "window_end"`, ...groups];
  const ofNothing = view.aggregates.map(({ name }) => `${prefix}nothing.${identifier(name)}`);
  const empty = (source: string) => select({ columns: [...columns, ...ofNothing], from: source });
  const hasAggregates = aggregates.length > 0;
  return [
    { name: `${prefix}followed`, sql: select({ columns: ['*', followed], from: rows }) },
    { name: `${prefix}empty`, sql: dialect.expand(`${prefix}followed`, start, series) },
    ...(hasAggregates
      ? [{ name: `${prefix}nothing`, sql: select({ columns: aggregates, from, where: ['FALSE'] }) }]
      : []),
    {
      name: `${prefix}all_rows`,
      sql: `${select({ columns: ['*'], from: rows })}\nUNION ALL\n${indent(empty(hasAggregates ? `${prefix}empty CROSS JOIN ${prefix}nothing` : `${prefix}empty`))}`,
    },
  ];
}
