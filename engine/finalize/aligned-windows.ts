import type { Group, Groups } from '../codec/group.ts';
import { GroupTable } from '../codec/group-table.ts';
import { mergeGroups } from '../codec/merge-groups.ts';
import { BugError } from '../ir/bug-error.ts';
import type { ViewPlan } from '../plan/plan.ts';
import {
  endOfWindow,
  firstWindowEndingAfter,
  type Grid,
  lastWindowOf,
  windowAfter,
  windowIndex,
} from '../windows/aligned.ts';
import { PaneSums } from './pane-sums.ts';
import type { Pane, ViewSnapshot } from './snapshot.ts';

interface UnpackedPane {
  /** By number of windows missed. */
  readonly byMissed: ReadonlyMap<number, Groups>;
  readonly tombstones: Groups;
}

/** Fewer panes than this in common with the next window are added up anew. */
const WORTH_SUMS = 4;

/**
 * Reads tumbling and sliding windows as sums of their panes. Windows that overlap share panes, so what one needed is kept
 * unpacked for the next; ask for windows in the order of time.
 */
export class AlignedWindows {
  readonly grid: Grid;
  /** Bytes of all segments that have been read. */
  readBytes = 0;
  readonly #view: ViewPlan;
  readonly #snapshot: ViewSnapshot;
  readonly #sums: PaneSums;
  #panes = new Map<number, UnpackedPane>();
  #fromMs = 0;
  #toMs = 0;

  constructor(view: ViewPlan, snapshot: ViewSnapshot) {
    this.#view = view;
    this.#snapshot = snapshot;
    this.#sums = new PaneSums(view.operators);
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
    const alike = this.#alikePanes(startMs);
    if (alike !== null) return this.#sums.of(alike, startMs, this.#toMs);
    const groups: Groups = new Map();
    for (const [paneMs, { byMissed }] of this.#panes) {
      const index = windowIndex(this.grid, startMs, paneMs);
      for (const [missed, ofPane] of byMissed) {
        if (missed <= index) mergeGroups(groups, ofPane, this.#view.operators);
      }
    }
    return groups;
  }

  /** Whether a window is one pane, which no other window needs. */
  get isOnePane(): boolean {
    return this.grid.paneMs >= this.grid.sizeMs;
  }

  /** All groups of a window that is one pane. */
  async readTable(startMs: number): Promise<GroupTable> {
    const { definition, operators, hashKey, segments } = this.#view;
    const table = new GroupTable(definition.groupBy.length, operators, hashKey);
    this.#panes = new Map();
    for (const [paneMs, pane] of await this.#snapshot.readPanes(startMs, endOfWindow(this.grid, startMs))) {
      for (const bytes of pane.segments.get(0) ?? []) segments.mergeIntoTable(table, bytes);
      this.#panes.set(paneMs, { byMissed: new Map(), tombstones: this.#tombstones(pane) });
      this.readBytes += pane.bytes;
    }
    // Nothing of it is kept for another window.
    this.#toMs = this.#fromMs;
    return table;
  }

  /** Groups that a revision has taken out of the window that was read last, and that are not there any more. */
  gone(isThere: (values: Group['values']) => boolean): Group[] {
    const gone: Groups = new Map();
    for (const { tombstones } of this.#panes.values()) {
      for (const [key, group] of tombstones) if (!isThere(group.values)) gone.set(key, group);
    }
    return [...gone.values()];
  }

  /** Windows that hold a pane, with `fromMs` ≤ start < `toMs`. */
  holding(paneMs: number, fromMs: number, toMs: number): number[] {
    const windows: number[] = [];
    const last = Math.min(lastWindowOf(this.grid, paneMs), toMs - 1);
    for (let start = firstWindowEndingAfter(this.grid, paneMs); start <= last; start = windowAfter(this.grid, start)) {
      if (start >= fromMs) windows.push(start);
    }
    return windows;
  }

  #onlyGroups(): Groups | null {
    const [pane] = this.#panes.values();
    if (!this.isOnePane || pane === undefined || pane.byMissed.size > 1) return null;
    return pane.byMissed.get(0) ?? null;
  }

  /** Groups of the panes, where most of these are in the next window too, and hold the same in each; otherwise null. */
  #alikePanes(startMs: number): ReadonlyMap<number, Groups> | null {
    const nextMs = windowAfter(this.grid, startMs);
    const panes = new Map<number, Groups>();
    let shared = 0;
    for (const [paneMs, { byMissed }] of this.#panes) {
      const groups = byMissed.get(0);
      if (byMissed.size > 1 || (byMissed.size === 1 && groups === undefined)) return null;
      if (groups !== undefined) panes.set(paneMs, groups);
      if (paneMs >= nextMs) shared++;
    }
    return shared >= WORTH_SUMS ? panes : null;
  }

  /** Makes the panes of just this window be there. */
  async #load(startMs: number): Promise<void> {
    const endMs = endOfWindow(this.grid, startMs);
    const overlaps = startMs >= this.#fromMs && startMs < this.#toMs;
    const kept = overlaps ? [...this.#panes].filter(([paneMs]) => paneMs >= startMs) : [];
    const fromMs = overlaps ? this.#toMs : startMs;
    const read = fromMs < endMs ? await this.#snapshot.readPanes(fromMs, endMs) : new Map<number, Pane>();
    this.#panes = new Map(kept);
    for (const [paneMs, pane] of read) this.#panes.set(paneMs, this.#unpack(pane));
    this.#fromMs = startMs;
    this.#toMs = endMs;
  }

  #unpack(pane: Pane): UnpackedPane {
    const byMissed = new Map<number, Groups>();
    for (const [missed, segments] of pane.segments) {
      const groups: Groups = new Map();
      for (const segment of segments) this.#view.segments.mergeInto(groups, segment);
      byMissed.set(missed, groups);
    }
    this.readBytes += pane.bytes;
    return { byMissed, tombstones: this.#tombstones(pane) };
  }

  #tombstones(pane: Pane): Groups {
    const tombstones: Groups = new Map();
    this.#snapshot.addTombstones(tombstones, pane);
    return tombstones;
  }
}

function alignedGrid({ name, definition, window }: ViewPlan): Grid {
  if (window.grid !== null) return window.grid;
  throw new BugError(`View '${name}' has ${definition.window.kind} windows, which are not aligned.`);
}
