import type { ViewPlan } from '../plan/plan.ts';

/**
 * Whether rows depend on those before them, and a group's rows on those of that group alone. Rows that other views take, whole
 * tables, shares of a window and rows for empty windows are made of all groups of a window.
 */
export function goesByGroup({ rows, downstream, definition }: ViewPlan): boolean {
  return (
    rows.isStateful &&
    !rows.goesOverGroups &&
    downstream.length === 0 &&
    definition.emit !== 'complete' &&
    !rows.emptyWindows.hasRows
  );
}
