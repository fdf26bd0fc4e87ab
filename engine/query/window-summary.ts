import { descriptorOf } from '../aggregates/registry.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns } from '../plan/row.ts';

/** From this score on an anomaly is critical: one number in a thousand is as unusual. */
const CRITICAL_SCORE = 0.999;

/** The sum over a window's rows of the first column that can be summed; null where there is none. */
export function windowSum({ definition }: ViewPlan, rows: readonly RowColumns[]): number | null {
  const summed = definition.aggregates.find(({ column }) => descriptorOf(column.spec).overWindows.how === 'sum');
  if (summed === undefined) return null;
  return rows.reduce((sum, row) => sum + Number(row[summed.name] ?? 0), 0);
}

/** The worst that a detector says of one of a window's rows; null where it is as usual. */
export function worstVerdict({ definition }: ViewPlan, rows: readonly RowColumns[]): 'warning' | 'critical' | null {
  const detectors = definition.derived.filter(
    ({ node }) => node.type.kind === 'struct' && 'is_anomaly' in node.type.fields,
  );
  let worst: 'warning' | 'critical' | null = null;
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

/** What there was of a window, to compare with. */
interface SummedWindow {
  readonly value: number | null;
  readonly revision: number;
  readonly was: number | null;
}

/**
 * A window's sum before late events last changed it; null where none has, or nobody saw it. Rows of a window may be written in
 * parts: only a revision makes what was there a former value.
 */
export function formerSum(
  before: SummedWindow | null,
  { value, revision }: Pick<SummedWindow, 'value' | 'revision'>,
): number | null {
  if (before === null || revision === 1) return null;
  return before.value === value ? before.was : before.value;
}
