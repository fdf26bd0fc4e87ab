import type { ViewPlan } from '../plan/plan.ts';
import type { WindowRange } from './bounds.ts';
import type { GroupFilter } from './group-filter.ts';
import type { QueryPorts } from './query-ports.ts';
import { readRows } from './rows.ts';
import type { ShownRow } from './shown-row.ts';

export interface SeriesQuery extends WindowRange {
  readonly group: GroupFilter;
  /** Rows at most: the latest are kept. */
  readonly limit: number;
  /** Also the row of the window that is open. */
  readonly open?: boolean | undefined;
}

export interface GroupSeries {
  /** In the order of time. */
  readonly rows: readonly ShownRow[];
  /** The range holds earlier rows than these. */
  readonly isCut: boolean;
}

/**
 * One group over time, for a chart: the latest rows of a range in the order of time, each with all of its columns, such as the
 * bounds of a detector and the points of a forecast. A window in which the group has no row is a gap.
 *
 * @example
 * await readGroupSeries(view, ports, { group: new Map([['page_url', '/']]), fromMs, toMs, limit: 500, open: true });
 * @throws BadQueryError
 */
export async function readGroupSeries(
  view: ViewPlan,
  ports: QueryPorts,
  { group, limit, open, fromMs, toMs }: SeriesQuery,
): Promise<GroupSeries> {
  const query = { fromMs, toMs, groups: group, order: 'latestFirst', limit, open, cursor: null } as const;
  const { rows, cursor } = await readRows(view, ports, query);
  return { rows: [...rows].reverse(), isCut: cursor !== null };
}
