import { type Group, type Groups, groupKey } from '../codec/group.ts';
import { type SegmentCodec, segmentCodec } from '../codec/segment.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowState } from '../plan/row-state.ts';

/** What each group's last rows left for the next, while a view's windows are gone through in order. */
export class RollingHistories {
  readonly #view: ViewPlan;
  readonly #groups: Groups;

  constructor(view: ViewPlan, carried: Groups) {
    this.#view = view;
    this.#groups = carried;
  }

  /** A group's state, for its next row. */
  of(group: Group): RowState {
    const key = groupKey(group.values);
    const known = this.#groups.get(key)?.states[0] as RowState | undefined;
    if (known !== undefined) return known;
    const state = this.#view.rows.newState();
    this.#groups.set(key, { values: group.values, states: [state] });
    return state;
  }

  /** The groups that are still remembered at an instant. */
  rememberedAt(instantMs: number): Groups {
    const { emptyWindows } = this.#view.rows;
    return new Map(
      [...this.#groups].filter(([, { states }]) => !emptyWindows.isForgotten(states[0] as RowState, instantMs)),
    );
  }
}

/** How states lie in pages. */
export function historyCodec(view: ViewPlan): SegmentCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return segmentCodec(fingerprint, view.definition.groupBy.length, [view.rows.stateCodec]);
}
