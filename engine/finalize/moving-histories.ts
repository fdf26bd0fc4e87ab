import { type SegmentCodec, segmentCodec } from '../codec/segment.ts';
import { isAligned } from '../definition/window.ts';
import { type Group, type Groups, groupKey } from '../plan/group.ts';
import { MOVING_MEMORY_WINDOWS, type MovingHistory } from '../plan/moving.ts';
import { historyOperator } from '../plan/moving-codec.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { gridOf } from '../windows/aligned.ts';

/** What each group's last rows had, while a view's windows are gone through in order. */
export class MovingHistories {
  readonly #view: ViewPlan;
  readonly #groups: Groups;
  readonly #memoryMs: number;

  constructor(view: ViewPlan, carried: Groups) {
    this.#view = view;
    this.#groups = carried;
    const { window } = view.definition;
    this.#memoryMs = isAligned(window) ? MOVING_MEMORY_WINDOWS * gridOf(window).slideMs : 0;
  }

  /** A group's history, for its row in the window that starts at an instant. */
  of(group: Group, startMs: number): MovingHistory {
    const key = groupKey(group.values);
    const known = this.#groups.get(key)?.states[0] as MovingHistory | undefined;
    if (known !== undefined && !this.#isForgotten(known, startMs)) return known;
    const history = this.#view.rows.moving.newHistory();
    this.#groups.set(key, { values: group.values, states: [history] });
    return history;
  }

  /** The groups that are still remembered at an instant. */
  rememberedAt(instantMs: number): Groups {
    return new Map(
      [...this.#groups].filter(([, { states }]) => !this.#isForgotten(states[0] as MovingHistory, instantMs)),
    );
  }

  #isForgotten({ lastStartMs }: MovingHistory, startMs: number): boolean {
    return startMs - lastStartMs > this.#memoryMs;
  }
}

/** How histories lie in pages. */
export function historyCodec(view: ViewPlan): SegmentCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return segmentCodec(fingerprint, view.definition.groupBy.length, [historyOperator]);
}
