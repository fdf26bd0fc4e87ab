import { BugError } from '../ir/bug-error.ts';
import type { PlainRow } from '../plan/plain-row.ts';
import type { ViewPlan } from '../plan/plan.ts';

/** How a view's rows are written as they lie, of a view that was found to have such rows. */
export function plainRowOf({ name, rows }: Pick<ViewPlan, 'name' | 'rows'>): PlainRow {
  if (rows.plain !== null) return rows.plain;
  throw new BugError(
    `View '${name}' has rows that are made of more than their window, their group and its aggregates.`,
  );
}
