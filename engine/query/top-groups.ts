import { compareGroups } from '../codec/group.ts';
import type { JsonValue } from '../ir/node.ts';
import { rowShape } from '../ir/view-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { checkLimit, MAX_PAGE_ROWS } from './bounds.ts';
import { BadQueryError } from './errors.ts';
import {
  type GroupTotal,
  type GroupTotals,
  readGroupTotals,
  refusedColumns,
  type TotalsQuery,
} from './group-totals.ts';
import type { QueryPorts } from './query-ports.ts';

export interface TopQuery extends TotalsQuery {
  /** The column to go by: a number. */
  readonly by: string;
  /** Groups that are given at most. */
  readonly limit: number;
}

export interface TopGroups extends Omit<GroupTotals, 'totals'> {
  /** The groups with the largest values, the largest first; those without a value come last. */
  readonly rows: readonly GroupTotal[];
  /** Of how many groups these are the top. */
  readonly groups: number;
}

/**
 * The groups with the most of something over a range: “top pages of the last hour”. What can be summed is summed over the
 * windows, and ratios are computed again of the sums. Columns that windows do not give are left out, and are refused as the
 * one to go by; of a range of one window there is nothing to add up, and each group's row is as it is.
 *
 * @example
 * const { rows, isCut } = await readTopGroups(view, ports, {
 *   fromMs: nowMs - 3_600_000, toMs: nowMs, groups: ALL_GROUPS, by: 'views', limit: 10,
 * });
 * // [{ group: ['/'], columns: { page_url: '/', views: 812, clicks: 92, click_through_rate: 0.1133 }, … }, …]
 * @throws BadQueryError
 */
export async function readTopGroups(view: ViewPlan, ports: QueryPorts, query: TopQuery): Promise<TopGroups> {
  const { by, limit } = query;
  checkLimit('number of groups', limit, MAX_PAGE_ROWS);
  checkIsNumber(view, by);
  // Before anything is read: the answer would be of no use.
  refuseColumn(view, by, refusedColumns(view, query));
  const { totals, ...rest } = await readGroupTotals(view, ports, query);
  const rows = [...totals].sort((a, b) => compareSize(a, b, by) || compareGroups(a.group, b.group)).slice(0, limit);
  return { ...rest, rows, groups: totals.length };
}

/** @throws BadQueryError where the view has no such column of numbers. */
export function checkIsNumber({ definition }: ViewPlan, name: string): void {
  const numbers = [...rowShape(definition).fields].flatMap(([column, field]) =>
    field.shape === 'leaf' && field.type.kind === 'number' ? [column] : [],
  );
  if (numbers.includes(name)) return;
  const isOther = rowShape(definition).fields.has(name);
  throw new BadQueryError(
    isOther
      ? `View '${definition.name}' cannot go by '${name}', which is no number. Its numbers are ${numbers.join(', ')}.`
      : `View '${definition.name}' has no column '${name}'.${didYouMean(name, numbers)} Its numbers are ${numbers.join(', ')}.`,
  );
}

/** @throws BadQueryError where a column cannot be had of several windows. */
export function refuseColumn({ name: view }: ViewPlan, name: string, refused: GroupTotals['refused']): void {
  const because = refused.get(name);
  if (because === undefined) return;
  throw new BadQueryError(`View '${view}' has no '${name}' over several windows: ${because}.`);
}

function compareSize(a: GroupTotal, b: GroupTotal, by: string): number {
  const [left, right] = [sizeOf(a, by), sizeOf(b, by)];
  return left === right ? 0 : left < right ? 1 : -1;
}

function sizeOf({ values }: GroupTotal, by: string): number | bigint {
  const value = values[by] as JsonValue | bigint | undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? value : Number.NEGATIVE_INFINITY;
}
