import type { Group } from '../codec/group.ts';
import type { RowWindow } from '../ir/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowValues } from '../plan/row.ts';
import type { RowState } from '../plan/row-state.ts';
import type { Row } from './drafts.ts';
import type { RollingHistories } from './rolling-histories.ts';

/** A group of a window: with the states of its events, or without events. */
export type Member = Group | Pick<Group, 'values'>;

/** The rows of some groups of a tumbling or sliding window; of all of them where a column goes over all. `histories` is null where each depends on its own window alone. */
export function alignedRows(
  { rows }: ViewPlan,
  histories: RollingHistories | null,
  members: readonly Member[],
  window: RowWindow,
): Row[] {
  if (rows.goesOverGroups) {
    const values = rows.valuesOfWindow(
      members.map((group) => ({ group, state: histories?.of(group, window.startMs) })),
      window,
    );
    return members.map((group, index) => ({ group, window, values: values[index] as RowValues }));
  }
  return members.map((group) => {
    const state = histories?.of(group, window.startMs);
    if ('states' in group) return { group, window, values: rows.values(group, window, state) };
    return { group, window, values: rows.emptyValues(group.values, window, state as RowState) };
  });
}
