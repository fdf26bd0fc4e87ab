import type { ViewPlan } from '../../engine/plan/plan.ts';
import { MAX_PAGE_ROWS } from '../../engine/query/bounds.ts';
import { columnsOverWindows } from '../../engine/query/columns-over-windows.ts';
import { ALL_GROUPS, type GroupFilter } from '../../engine/query/group-filter.ts';
import { readGroupSeries } from '../../engine/query/group-series.ts';
import { type GroupTotal, readGroupTotals } from '../../engine/query/group-totals.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { readTopGroups } from '../../engine/query/top-groups.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { Group } from '../schemas/common.ts';
import type { TopAnswer } from '../schemas/rows.ts';

export interface TopQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: string;
  readonly n: number;
  readonly comparesBefore: boolean;
  readonly sparkPoints: number | null;
}

/** Groups by a column over a range, each with what it was before and a small line. */
export async function readTop(view: ViewPlan, ports: QueryPorts, question: TopQuestion): Promise<TopAnswer> {
  const { fromMs, toMs, by, n, sparkPoints } = question;
  const range = { fromMs, toMs, groups: ALL_GROUPS };
  const top = await readTopGroups(view, ports, { ...range, by, limit: MAX_PAGE_ROWS });
  const [shown, rest] = [top.rows.slice(0, n), top.rows.slice(n)];
  const before = question.comparesBefore ? await totalsBefore(view, ports, question) : null;
  const groups: TopAnswer['groups'] = [];
  for (const total of shown) {
    const filter = filterOf(view, total);
    groups.push({
      group: groupJson(view, total),
      columns: total.columns,
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
    cut: top.isCut,
  };
}

/** The period before, of the same length: of all time there is none. */
async function totalsBefore(view: ViewPlan, ports: QueryPorts, { fromMs, toMs, by }: TopQuestion) {
  if (fromMs <= START_OF_TIME_MS || toMs >= END_OF_TIME_MS) return new Map<string, number | null>();
  const past = await readGroupTotals(view, ports, { fromMs: 2 * fromMs - toMs, toMs: fromMs, groups: ALL_GROUPS });
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
