import type { Group, Groups } from '../codec/group.ts';
import { type SegmentCodec, segmentCodec } from '../codec/segment.ts';
import { isAligned } from '../ir/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { ROLLING_MEMORY_WINDOWS, type RollingHistory } from '../plan/rolling.ts';
import { historyOperator } from '../plan/rolling-codec.ts';
import type { PageMap } from '../state/page-map.ts';
import type { ViewPages } from '../state/pages.ts';
import { gridOf } from '../windows/aligned.ts';
import { GroupStates } from './group-states.ts';
import type { FinalizeRun } from './run.ts';

/** What each group's last rows had, while a view's windows are gone through in order. */
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

  /** A group's history, for its row in the window that starts at an instant. */
  of(group: Group, startMs: number): RollingHistory {
    const known = this.#states.get(group)?.states[0] as RollingHistory | undefined;
    if (known !== undefined && this.#goesOn(known, startMs)) {
      this.#states.touch(group);
      return known;
    }
    const history = this.#view.rows.rolling.newHistory();
    this.#states.set({ values: group.values, states: [history] });
    return history;
  }

  #goesOn({ lastStartMs }: RollingHistory, startMs: number): boolean {
    const isAcrossHole = lastStartMs < this.#completeFromMs && startMs >= this.#completeFromMs;
    return startMs - lastStartMs <= memoryOf(this.#view) && !isAcrossHole;
  }

  /** Writes the histories of groups that are still remembered at an instant. */
  save(run: FinalizeRun, atMs: number): Promise<PageMap> {
    const memoryMs = memoryOf(this.#view);
    const isForgotten = ({ states }: Group) => atMs - (states[0] as RollingHistory).lastStartMs > memoryMs;
    return this.#states.save(run.fence.nextVersion, run.nextSerial, isForgotten);
  }
}

function memoryOf({ definition: { window } }: ViewPlan): number {
  return isAligned(window) ? ROLLING_MEMORY_WINDOWS * gridOf(window).slideMs : 0;
}

/** How histories lie in pages. */
function historyCodec(view: ViewPlan): SegmentCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return segmentCodec(fingerprint, view.definition.groupBy.length, [historyOperator]);
}
