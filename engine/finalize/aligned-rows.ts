import type { Group } from '../codec/group.ts';
import type { RowWindow } from '../ir/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowState } from '../plan/row-state.ts';
import type { Row } from './drafts.ts';
import type { RollingHistories } from './rolling-histories.ts';

/** A group of a window: with the states of its events, or without events. */
export type Member = Group | Pick<Group, 'values'>;

/** The rows of some groups of a tumbling or sliding window. `histories` is null where each depends on its own window alone. */
export function alignedRows(
  { rows }: ViewPlan,
  histories: RollingHistories | null,
  members: readonly Member[],
  window: RowWindow,
): Row[] {
  return members.map((group) => {
    const state = histories?.of(group, window.startMs);
    if ('states' in group) return { group, window, values: rows.values(group, window, state) };
    return { group, window, values: rows.emptyValues(group.values, window, state as RowState) };
  });
}
