import { type Group, type Groups, groupKey } from '../codec/group.ts';
import { type SegmentCodec, wholeGroupsCodec } from '../codec/segment.ts';
import { isAligned } from '../ir/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { ROLLING_MEMORY_WINDOWS, type RollingHistory } from '../plan/rolling.ts';
import { historyStateCodec } from '../plan/rolling-codec.ts';
import { gridOf } from '../windows/aligned.ts';

/** What each group's last rows had, while a view's windows are gone through in order. */
export class RollingHistories {
  readonly #view: ViewPlan;
  readonly #groups: Groups;
  readonly #memoryMs: number;

  constructor(view: ViewPlan, carried: Groups) {
    this.#view = view;
    this.#groups = carried;
    const { window } = view.definition;
    this.#memoryMs = isAligned(window) ? ROLLING_MEMORY_WINDOWS * gridOf(window).slideMs : 0;
  }

  /** A group's history, for its row in the window that starts at an instant. */
  of(group: Group, startMs: number): RollingHistory {
    const key = groupKey(group.values);
    const known = this.#groups.get(key)?.states[0] as RollingHistory | undefined;
    if (known !== undefined && !this.#isForgotten(known, startMs)) return known;
    const history = this.#view.rows.rolling.newHistory();
    this.#groups.set(key, { values: group.values, states: [history] });
    return history;
  }

  /** The groups that are still remembered at an instant. */
  rememberedAt(instantMs: number): Groups {
    return new Map(
      [...this.#groups].filter(([, { states }]) => !this.#isForgotten(states[0] as RollingHistory, instantMs)),
    );
  }

  #isForgotten({ lastStartMs }: RollingHistory, startMs: number): boolean {
    return startMs - lastStartMs > this.#memoryMs;
  }
}

/** How histories lie in pages. */
export function historyCodec(view: ViewPlan): SegmentCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return wholeGroupsCodec(fingerprint, view.definition.groupBy.length, [historyStateCodec]);
}
