import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { windowSum, worstVerdict } from '../../engine/query/window-summary.ts';
import type { WindowStatus } from '../live-status.ts';

const TOP_GROUPS = 8;

/** One window with its largest groups, by the first aggregate that is a number, and what is to be said of all of them. */
export function windowStatus(
  view: ViewPlan,
  { startMs, endMs }: Pick<WindowStatus, 'startMs' | 'endMs'>,
  rows: readonly (RowColumns & { readonly revision?: number })[],
): WindowStatus {
  const [first] = view.definition.aggregates.filter(({ column }) => column.type.kind === 'number');
  const size = (row: RowColumns) => Number(first === undefined ? 0 : (row[first.name] ?? 0));
  const top = [...rows].sort((a, b) => size(b) - size(a)).slice(0, TOP_GROUPS);
  const revision = rows.reduce((latest, row) => Math.max(latest, Number(row.revision ?? 0)), 0);
  return {
    startMs,
    endMs,
    groups: rows.length,
    value: windowSum(view, rows),
    revision,
    was: null,
    worst: worstVerdict(view, rows),
    top,
  };
}
