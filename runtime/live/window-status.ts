import { descriptorOf } from '../../engine/aggregates/registry.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import type { WindowStatus } from '../live-status.ts';

const TOP_GROUPS = 8;
/** From this score on an anomaly is critical: one number in a thousand is as unusual. */
const CRITICAL_SCORE = 0.999;

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
    value: sumOf(view, rows),
    revision,
    was: null,
    worst: worstOf(view, rows),
    top,
  };
}

function sumOf({ definition }: ViewPlan, rows: readonly RowColumns[]): number | null {
  const summed = definition.aggregates.find(({ column }) => descriptorOf(column.spec).overWindows.how === 'sum');
  if (summed === undefined) return null;
  return rows.reduce((sum, row) => sum + Number(row[summed.name] ?? 0), 0);
}

function worstOf({ definition }: ViewPlan, rows: readonly RowColumns[]): WindowStatus['worst'] {
  const detectors = definition.derived.filter(
    ({ node }) => node.type.kind === 'struct' && 'is_anomaly' in node.type.fields,
  );
  let worst: WindowStatus['worst'] = null;
  for (const { name } of detectors) {
    for (const row of rows) {
      const verdict = row[name] as { readonly is_anomaly?: boolean; readonly score?: number } | null | undefined;
      if (verdict?.is_anomaly !== true) continue;
      if ((verdict.score ?? 0) >= CRITICAL_SCORE) return 'critical';
      worst = 'warning';
    }
  }
  return worst;
}
