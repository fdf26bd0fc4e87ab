import type { Group, Groups } from '../codec/group.ts';
import { type SegmentCodec, wholeGroupsCodec } from '../codec/segment.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowState } from '../plan/row-state.ts';
import type { PageMap } from '../state/page-map.ts';
import type { ViewPages } from '../state/pages.ts';
import { GroupStates } from './group-states.ts';
import type { FinalizeRun } from './run.ts';

/** What each group's last rows left for the next, while a view's windows are gone through in order. */
export class RollingHistories {
  readonly #view: ViewPlan;
  readonly #states: GroupStates;

  readonly #completeFromMs: number;

  private constructor(view: ViewPlan, states: GroupStates, completeFromMs: number) {
    this.#view = view;
    this.#states = states;
    this.#completeFromMs = completeFromMs;
  }

  /** Rows from `completeFromMs` on do not go over rows before it, which may lack events: the view was not deployed then. */
  static async load(view: ViewPlan, store: ViewPages, map: PageMap, completeFromMs: number): Promise<RollingHistories> {
    const codec = historyCodec(view);
    const former = (into: Groups, bytes: Uint8Array) => codec.mergeInto(into, bytes);
    return new RollingHistories(view, await GroupStates.load(store, { codec, former }, map), completeFromMs);
  }

  /** A group's state, for its row in the window that starts at an instant. */
  of(group: Group, startMs: number): RowState {
    const known = this.#states.get(group)?.states[0] as RowState | undefined;
    if (known !== undefined && !this.#isAcrossHole(known, startMs)) {
      this.#states.touch(group);
      return known;
    }
    const state = this.#view.rows.newState();
    this.#states.set({ values: group.values, states: [state] });
    return state;
  }

  #isAcrossHole({ lastStartMs }: RowState, startMs: number): boolean {
    return lastStartMs < this.#completeFromMs && startMs >= this.#completeFromMs;
  }

  /** Writes the states of groups that are still remembered at an instant. */
  save(run: FinalizeRun, atMs: number): Promise<PageMap> {
    const { emptyWindows } = this.#view.rows;
    const isForgotten = ({ states }: Group) => emptyWindows.isForgotten(states[0] as RowState, atMs);
    return this.#states.save(run.fence.nextVersion, run.nextSerial, isForgotten);
  }
}

/** How states lie in pages. */
export function historyCodec(view: ViewPlan): SegmentCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return wholeGroupsCodec(fingerprint, view.definition.groupBy.length, [view.rows.stateCodec]);
}
