import { toJson } from '../../engine/ir/node.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { MAX_PAGE_ROWS } from '../../engine/query/bounds.ts';
import { columnsOverWindows } from '../../engine/query/columns-over-windows.ts';
import { comparePeriods } from '../../engine/query/compare-periods.ts';
import type { GroupFilter } from '../../engine/query/group-filter.ts';
import { readGroupSeries } from '../../engine/query/group-series.ts';
import { type GroupTotal, readGroupTotals } from '../../engine/query/group-totals.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { readTopGroups } from '../../engine/query/top-groups.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { badParameter } from '../problems.ts';
import type { Group } from '../schemas/common.ts';
import type { TopAnswer } from '../schemas/rows.ts';

export interface TopQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: string;
  readonly n: number;
  readonly comparesBefore: boolean;
  /** By how much it has changed against the period before, and not by how much it is. */
  readonly sortsByChange: boolean;
  readonly sparkPoints: number | null;
  readonly groups: GroupFilter;
  /** Where a range without an end ends that is compared. */
  readonly nowMs: number;
}

/** Groups by a column over a range, each with what it was before and a small line. */
export async function readTop(view: ViewPlan, ports: QueryPorts, question: TopQuestion): Promise<TopAnswer> {
  if (question.sortsByChange) return readChanges(view, ports, question);
  const { fromMs, toMs, by, n, sparkPoints } = question;
  const range = { fromMs, toMs, groups: question.groups };
  const top = await readTopGroups(view, ports, { ...range, by, limit: MAX_PAGE_ROWS });
  const [shown, rest] = [top.rows.slice(0, n), top.rows.slice(n)];
  const before = question.comparesBefore ? await totalsBefore(view, ports, question) : null;
  const groups: TopAnswer['groups'] = [];
  for (const total of shown) {
    const filter = filterOf(view, total);
    groups.push({
      group: groupJson(view, total),
      columns: total.columns,
      late_events: total.lateEvents,
      partial: total.partial,
      ...(before !== null && { before: before.get(textOf(total)) ?? null }),
      ...(sparkPoints !== null && { spark: await sparkOf(view, ports, question, filter, sparkPoints) }),
    });
  }
  const isSummed = isSum(view, by);
  const others = top.groups - shown.length;
  return {
    view: view.name,
    by,
    from: top.firstWindowMs ?? fromMs,
    to: top.lastWindowMs ?? toMs,
    groups,
    others:
      others === 0
        ? null
        : { groups: others, value: isSummed ? rest.reduce((sum, total) => sum + (numberOf(total, by) ?? 0), 0) : null },
    rows_read: top.rowsRead,
    left_out: [...top.refused.keys()],
    cut: top.isCut,
  };
}

/** @throws ProblemError of all time, before which there is nothing. */
async function readChanges(view: ViewPlan, ports: QueryPorts, question: TopQuestion): Promise<TopAnswer> {
  const { fromMs, by, n, groups } = question;
  const toMs = Math.min(question.toMs, question.nowMs);
  if (fromMs <= START_OF_TIME_MS || fromMs >= toMs) {
    throw badParameter('sort', 'What has changed needs `from`, which must be before `to` and before now.');
  }
  const found = await comparePeriods(view, ports, { fromMs, toMs, groups, by, limit: n });
  const fields = view.definition.groupBy.map(({ name }) => name);
  const others = found.groups - found.rows.length;
  return {
    ...{ view: view.name, by, from: fromMs, to: toMs },
    groups: found.rows.map(({ group, value, before }) => ({
      group: Object.fromEntries(fields.map((name, index) => [name, toJson(group[index] ?? null) as Group[string]])),
      columns: { [by]: value },
      before,
    })),
    others: others === 0 ? null : { groups: others, value: null },
    ...{ rows_read: found.rowsRead, left_out: [], cut: found.isCut },
  };
}

/** The period before, of the same length: of all time there is none. */
async function totalsBefore(view: ViewPlan, ports: QueryPorts, { fromMs, toMs, by, groups }: TopQuestion) {
  if (fromMs <= START_OF_TIME_MS || toMs >= END_OF_TIME_MS) return new Map<string, number | null>();
  const past = await readGroupTotals(view, ports, { fromMs: 2 * fromMs - toMs, toMs: fromMs, groups });
  return new Map(past.totals.map((total) => [textOf(total), numberOf(total, by)]));
}

async function sparkOf(
  view: ViewPlan,
  ports: QueryPorts,
  { fromMs, toMs, by }: TopQuestion,
  group: GroupFilter,
  points: number,
) {
  const { rows } = await readGroupSeries(view, ports, { fromMs, toMs, group, limit: points });
  return rows.map(({ columns }) => (typeof columns[by] === 'number' ? columns[by] : null));
}

function filterOf({ definition }: ViewPlan, { group }: GroupTotal): GroupFilter {
  return new Map(definition.groupBy.map(({ name }, index) => [name, group[index] ?? null]));
}

function groupJson({ definition }: ViewPlan, { columns }: GroupTotal): Group {
  return Object.fromEntries(definition.groupBy.map(({ name }) => [name, (columns[name] ?? null) as Group[string]]));
}

function textOf({ group }: GroupTotal): string {
  return JSON.stringify(group.map(String));
}

function numberOf({ values }: GroupTotal, by: string): number | null {
  const value = values[by];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

function isSum({ definition }: ViewPlan, by: string): boolean {
  const column = columnsOverWindows(definition).get(by);
  return column?.how === 'aggregate' && column.over.how === 'sum';
}
