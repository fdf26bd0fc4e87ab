import { compareGroups, groupText } from '../codec/group.ts';
import type { Value } from '../ir/node.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowValues } from '../plan/row.ts';
import { checkLimit, MAX_PAGE_ROWS } from './bounds.ts';
import { BadQueryError } from './errors.ts';
import { type GroupTotal, readGroupTotals, type TotalsQuery } from './group-totals.ts';
import type { QueryPorts } from './query-ports.ts';
import { checkIsNumber, refuseColumn } from './top-groups.ts';

export interface CompareQuery extends TotalsQuery {
  /** The column to compare: a number. */
  readonly by: string;
  readonly limit: number;
}

export interface GroupChange {
  readonly group: readonly Value[];
  /** Null where the group has no row in the period, or the column is null there. */
  readonly value: number | null;
  readonly before: number | null;
  /** Null where one of them is missing. */
  readonly change: number | null;
  /** Of `before`; null where that is 0 or missing. */
  readonly changePercent: number | null;
}

export interface PeriodComparison {
  /** The largest changes first, in either direction; groups that one period lacks come last. */
  readonly rows: readonly GroupChange[];
  readonly groups: number;
  readonly rowsRead: number;
  /** A period had more rows than were read of it, so its figures are of its latest windows alone. */
  readonly isCut: boolean;
}

/**
 * What has changed against the period before, which is as long and ends where the range begins: “this hour and the last”.
 *
 * @example
 * await comparePeriods(view, ports, { fromMs: nowMs - 3_600_000, toMs: nowMs, groups: ALL_GROUPS, by: 'views', limit: 10 });
 * // { rows: [{ group: ['/'], value: 812, before: 406, change: 406, changePercent: 100 }, …], … }
 * @throws BadQueryError
 */
export async function comparePeriods(
  view: ViewPlan,
  ports: QueryPorts,
  { by, limit, ...query }: CompareQuery,
): Promise<PeriodComparison> {
  checkLimit('number of groups', limit, MAX_PAGE_ROWS);
  checkIsNumber(view, by);
  if (!view.window.hasEnd) {
    throw new BadQueryError(
      `View '${view.name}' has totals since its beginning, so there is no period before to compare.`,
    );
  }
  const { fromMs, toMs } = query;
  const present = await readGroupTotals(view, ports, query);
  const past = await readGroupTotals(view, ports, { ...query, fromMs: fromMs - (toMs - fromMs), toMs: fromMs });
  for (const { refused } of [present, past]) refuseColumn(view, by, refused);
  const before = byGroup(past.totals);
  const after = byGroup(present.totals);
  const groups = new Map([...before, ...after].map(([text, { group }]) => [text, group]));
  const rows = [...groups].map(([text, group]) =>
    changeOf(group, numberOf(after.get(text)?.values, by), numberOf(before.get(text)?.values, by)),
  );
  return {
    rows: rows.sort((a, b) => sizeOf(b) - sizeOf(a) || compareGroups(a.group, b.group)).slice(0, limit),
    groups: groups.size,
    rowsRead: present.rowsRead + past.rowsRead,
    isCut: present.isCut || past.isCut,
  };
}

function byGroup(totals: readonly GroupTotal[]): ReadonlyMap<string, GroupTotal> {
  return new Map(totals.map((total) => [groupText(total.group), total]));
}

function changeOf(group: readonly Value[], value: number | null, before: number | null): GroupChange {
  const change = value === null || before === null ? null : value - before;
  const changePercent = change === null || before === null || before === 0 ? null : (100 * change) / Math.abs(before);
  return { group, value, before, change, changePercent };
}

function numberOf(values: RowValues | undefined, name: string): number | null {
  const value = values?.[name];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

function sizeOf({ change }: GroupChange): number {
  return change === null ? -1 : Math.abs(change);
}
