import { type TumblingWindow, windowStartOf } from '../definition/window.ts';
import type { PaneSelector } from '../plan/accumulator.ts';
import type { Groups } from '../plan/group.ts';
import type { ViewPlan } from '../plan/plan.ts';

/** What one commit adds to one pane of a view. */
export interface PaneDelta {
  readonly startMs: number;
  readonly endMs: number;
  readonly bucket: number;
  readonly groups: Groups;
}

/** Collects one commit's groups by pane, and refuses panes that are too late for the watermark it builds on. */
export class PaneBuffer implements PaneSelector {
  readonly #window: TumblingWindow;
  readonly #lateUntilMs: number;
  readonly #buckets: number;
  readonly #panes = new Map<number, (Groups | undefined)[]>();
  // Events come almost in order: most fall into the pane of the event before.
  #lastStartMs = Number.NaN;
  #last: (Groups | undefined)[] = [];

  constructor(view: ViewPlan, watermarkMs: number) {
    const { window, allowedLatenessMs, buckets } = view.definition;
    this.#window = window;
    this.#lateUntilMs = watermarkMs - allowedLatenessMs - window.sizeMs;
    this.#buckets = buckets;
  }

  /** Null where window end + allowedLateness ≤ watermark. */
  groupsAt(timeMs: number, bucket: number): Groups | null {
    const startMs = windowStartOf(this.#window, timeMs);
    if (startMs !== this.#lastStartMs) {
      if (startMs <= this.#lateUntilMs) return null;
      let pane = this.#panes.get(startMs);
      if (pane === undefined) {
        pane = new Array<Groups | undefined>(this.#buckets).fill(undefined);
        this.#panes.set(startMs, pane);
      }
      this.#last = pane;
      this.#lastStartMs = startMs;
    }
    const groups = this.#last[bucket];
    if (groups !== undefined) return groups;
    const fresh: Groups = new Map();
    this.#last[bucket] = fresh;
    return fresh;
  }

  /** What was added, in the order of panes and buckets. */
  deltas(): PaneDelta[] {
    return [...this.#panes]
      .sort(([a], [b]) => a - b)
      .flatMap(([startMs, buckets]) =>
        buckets.flatMap((groups, bucket) =>
          groups === undefined ? [] : [{ startMs, endMs: startMs + this.#window.sizeMs, bucket, groups }],
        ),
      );
  }
}
