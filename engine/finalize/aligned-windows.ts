import type { Groups } from '../codec/group.ts';
import { mergeGroups } from '../codec/merge-groups.ts';
import { BugError } from '../ir/bug-error.ts';
import { isAligned } from '../ir/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { firstWindowEndingAfter, type Grid, gridOf, lastWindowOf, windowIndex } from '../windows/aligned.ts';
import type { Pane, ViewSnapshot } from './snapshot.ts';

/**
 * Reads tumbling and sliding windows as sums of their panes. Windows that overlap share panes, so what one needed is kept
 * unpacked for the next; ask for windows in the order of time.
 */
export class AlignedWindows {
  readonly grid: Grid;
  /** Of the panes read so far, by start: bytes of their segments. */
  readonly bytes = new Map<number, number>();
  readonly #view: ViewPlan;
  readonly #snapshot: ViewSnapshot;
  /** By pane start and number of windows missed. */
  #panes = new Map<number, ReadonlyMap<number, Groups>>();
  #fromMs = 0;
  #toMs = 0;

  constructor(view: ViewPlan, snapshot: ViewSnapshot) {
    this.#view = view;
    this.#snapshot = snapshot;
    this.grid = alignedGrid(view);
  }

  /** The first window with `fromMs` ≤ start < `toMs` that holds anything, or null. */
  async next(fromMs: number, toMs: number): Promise<number | null> {
    const { sizeMs, slideMs } = this.grid;
    const paneMs = await this.#snapshot.nextPane(fromMs, toMs - slideMs + sizeMs);
    if (paneMs === null) return null;
    const startMs = Math.max(fromMs, firstWindowEndingAfter(this.grid, paneMs));
    return startMs < toMs ? startMs : null;
  }

  /** All groups of a window. */
  async read(startMs: number): Promise<Groups> {
    await this.#load(startMs);
    const only = this.#onlyGroups();
    if (only !== null) return only;
    const groups: Groups = new Map();
    for (const [paneMs, byMissed] of this.#panes) {
      const index = windowIndex(this.grid, startMs, paneMs);
      for (const [missed, ofPane] of byMissed) {
        if (missed <= index) mergeGroups(groups, ofPane, this.#view.operators);
      }
    }
    return groups;
  }

  /** Windows that hold a pane, with `fromMs` ≤ start < `toMs`. */
  holding(paneMs: number, fromMs: number, toMs: number): number[] {
    const { slideMs } = this.grid;
    const windows: number[] = [];
    const last = Math.min(lastWindowOf(this.grid, paneMs), toMs - 1);
    for (let start = firstWindowEndingAfter(this.grid, paneMs); start <= last; start += slideMs) {
      if (start >= fromMs) windows.push(start);
    }
    return windows;
  }

  /** A tumbling window is its pane, which no other window needs. */
  #onlyGroups(): Groups | null {
    const [pane] = this.#panes.values();
    if (this.grid.paneMs < this.grid.sizeMs || pane === undefined || pane.size > 1) return null;
    return pane.get(0) ?? null;
  }

  /** Makes the panes of just this window be there. */
  async #load(startMs: number): Promise<void> {
    const endMs = startMs + this.grid.sizeMs;
    const overlaps = startMs >= this.#fromMs && startMs < this.#toMs;
    const kept = overlaps ? [...this.#panes].filter(([paneMs]) => paneMs >= startMs) : [];
    const fromMs = overlaps ? this.#toMs : startMs;
    const read = fromMs < endMs ? await this.#snapshot.readPanes(fromMs, endMs) : new Map<number, Pane>();
    this.#panes = new Map(kept);
    for (const [paneMs, pane] of read) {
      const byMissed = new Map<number, Groups>();
      let bytes = 0;
      for (const [missed, segments] of pane) {
        const groups: Groups = new Map();
        for (const segment of segments) {
          this.#view.segments.mergeInto(groups, segment);
          bytes += segment.length;
        }
        byMissed.set(missed, groups);
      }
      this.#panes.set(paneMs, byMissed);
      this.bytes.set(paneMs, bytes);
    }
    this.#fromMs = startMs;
    this.#toMs = endMs;
  }
}

function alignedGrid({ name, definition: { window } }: ViewPlan): Grid {
  if (isAligned(window)) return gridOf(window);
  throw new BugError(`View '${name}' has ${window.kind} windows, which are not aligned.`);
}
