import type { Group } from '../../codec/group.ts';
import { append } from '../../lists/append.ts';
import type { Head } from '../../state/head.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../../state/page-map.ts';
import { endOfWindow, windowAfter } from '../../windows/aligned.ts';
import { firstAffectedMs } from '../affected-windows.ts';
import { alignedRows } from '../aligned-rows.ts';
import { AlignedWindows } from '../aligned-windows.ts';
import { goesByGroup } from '../by-group.ts';
import { emitWindow } from '../emit-window.ts';
import { isWorthFolding } from '../folding.ts';
import { hashOf } from '../hash-order.ts';
import { headOf, isHeadWanted, startOf, startsBeyondCutoff } from '../head-state.ts';
import { emptyPagesFor, firstHashOf, inPrefixOrder, MAX_PAGE_BYTES, pageIndexOf } from '../page-cut.ts';
import { RollingHistories } from '../rolling-histories.ts';
import type { FinalizeRun } from '../run.ts';
import { sortedGroups } from '../sort-rows.ts';
import { objectGroups } from '../window-groups.ts';
import { type KindOutcome, NOTHING_OPEN } from './kind-run.ts';

/** Of the groups of one page, what one window holds. */
interface Part {
  readonly members: Group[];
  /** Groups that a revision of the rows below took out of the window. */
  readonly gone: Group[];
}

/** Windows that are read. */
interface OpenChunk {
  readonly fromMs: number;
  readonly starts: number[];
  /** By page and start of the window. Pages without any group of the windows are not there. */
  readonly parts: Map<Page, Map<number, Part>>;
}

/** Windows that are gone through together, page by page. */
interface Chunk extends OpenChunk {
  readonly toMs: number;
  /** The states at its end become those at the cutoff. */
  readonly isCaptured: boolean;
}

/** Whether states are too many to be held at once. */
export function goesByPage({ view, fence, pass, limits }: FinalizeRun, head: Head | null): boolean {
  if (!goesByGroup(view)) return false;
  const { fromMs, toMs, hash } = pass.cursor;
  // A pass that paused within a window, or within a chunk, goes on as it began.
  if (hash > 0) return toMs > fromMs;
  const { bytes } = head?.map ?? pass.state ?? fence.progress.carried;
  return bytes > limits.stateBytes || (bytes === 0 && view.rows.maxStateBytes >= limits.largeStateBytes);
}

/**
 * Tumbling and sliding windows whose rows depend on those before them, page by page: as many windows as fit into a bound of
 * memory are read, and then the states of a page at a time go through all of them. So memory grows neither with the groups
 * of a bucket nor with the windows.
 *
 *            12:00  12:05  12:10 | 12:15          a chunk of three windows; the next one
 *   page 0   ───────────────────→
 *   page 1   ───────────────────→
 *   page 2   · · ·                                cursor: { from 12:00, to 12:15, hash: the first of page 2 }
 */
export async function runByPage(run: FinalizeRun, head: Head | null): Promise<KindOutcome> {
  const state = head?.map ?? run.pass.state;
  const pages = await listPages(run.carriedPages, state ?? run.fence.progress.carried);
  return new RunByPage(run, pages, state, head).run();
}

class RunByPage {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;
  readonly #firstAffectedMs: number;
  /** In the order of their prefixes. */
  #pages: readonly Page[];
  /** What the pages are a list of where nothing has been written; null for what is carried at the cutoff. */
  readonly #startState: PageMap | null;
  /** Where the pass goes on from; null where it goes through all groups from the cutoff. */
  readonly #head: Head | null;
  /** The pages are as they were when the call began. */
  #isAtStart: boolean;
  #atCutoff: PageMap | null;
  #isPastCutoff: boolean;

  constructor(run: FinalizeRun, pages: readonly Page[], state: PageMap | null, head: Head | null) {
    const { pass, isResumed } = run;
    this.#startState = state;
    this.#head = isResumed ? run.fence.progress.head : head;
    this.#run = run;
    this.#pages = pages;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
    this.#firstAffectedMs = firstAffectedMs(run, this.#windows.grid);
    this.#atCutoff = pass.atCutoff;
    this.#isAtStart = !isResumed || pass.state === null || pass.isUnwritten === true;
    this.#isPastCutoff = this.#atCutoff !== null || startsBeyondCutoff(run, head) || pass.isUnwritten === true;
  }

  async run(): Promise<KindOutcome> {
    const { pass, fence } = this.#run;
    let { hash } = pass.cursor;
    let fromMs = startOf(this.#run, this.#head);
    let chunk = hash > 0 ? await this.#readAgain() : await this.#read(fromMs);
    for (;;) {
      const leftFrom = await this.#goThrough(chunk, hash);
      if (leftFrom !== null) return this.#pause(chunk, leftFrom);
      this.#run.reachedMs = chunk.toMs;
      [fromMs, hash] = [chunk.toMs, 0];
      if (fromMs >= pass.closeUpToMs && this.#isPastCutoff) break;
      await this.#run.commit({ closedUpToMs: Math.max(fence.progress.closedUpToMs, fromMs) });
      chunk = await this.#read(fromMs);
    }
    const head = this.#isAtStart || !this.#wantsHead() ? this.#head : await headOf(this.#run, this.#pages);
    return {
      kind: 'done',
      head,
      atCutoff: this.#atCutoff,
      movesCutoff: this.#atCutoff !== null,
      openFrom: NOTHING_OPEN,
    };
  }

  #wantsHead(): boolean {
    const isKnown = this.#head !== null && this.#atCutoff === null;
    return !isKnown && isHeadWanted(this.#run, this.#atCutoff !== null);
  }

  /** Reads windows from an instant on: as many as a bound of memory allows, and none beyond where states are captured. */
  async #read(fromMs: number): Promise<Chunk> {
    const { pass, limits } = this.#run;
    const chunk = { fromMs, starts: [], parts: new Map() };
    let [atMs, rows] = [fromMs, 0];
    for (;;) {
      const startMs = await this.#windows.next(atMs, pass.closeUpToMs);
      if (!this.#isPastCutoff && (startMs === null || startMs >= pass.settledMs)) {
        this.#isPastCutoff = true;
        if (isWorthFolding(this.#run)) return { ...chunk, toMs: pass.settledMs, isCaptured: true };
      }
      if (startMs === null) return { ...chunk, toMs: Math.max(fromMs, pass.closeUpToMs), isCaptured: false };
      if (rows >= limits.chunkRows) return { ...chunk, toMs: startMs, isCaptured: false };
      rows += await this.#readWindow(startMs, chunk);
      atMs = windowAfter(this.#windows.grid, startMs);
    }
  }

  /** Reads the chunk within which the pass paused. */
  async #readAgain(): Promise<Chunk> {
    const { pass } = this.#run;
    const { fromMs, toMs } = pass.cursor;
    const chunk = {
      fromMs,
      toMs,
      starts: [],
      parts: new Map(),
      isCaptured: toMs === pass.settledMs && !this.#isAtStart,
    };
    for (let atMs = fromMs; ; ) {
      const startMs = await this.#windows.next(atMs, toMs);
      if (startMs === null) break;
      await this.#readWindow(startMs, chunk);
      atMs = windowAfter(this.#windows.grid, startMs);
    }
    if (toMs >= pass.settledMs) this.#isPastCutoff = true;
    return chunk;
  }

  async #readWindow(startMs: number, { starts, parts }: OpenChunk): Promise<number> {
    const readBefore = this.#windows.readBytes;
    const groups = await this.#windows.read(startMs);
    this.#run.panes++;
    this.#run.countRows(startMs, groups.size, this.#windows.readBytes - readBefore);
    if (this.#pages.length === 0) {
      const { view, limits } = this.#run;
      this.#pages = emptyPagesFor((groups.size * view.rows.maxStateBytes) / 2, limits.pageBytes);
    }
    const partOf = (group: Group): Part => {
      const page = this.#pages[pageIndexOf(this.#pages, hashOf(group))] as Page;
      const ofPage = parts.get(page) ?? new Map<number, Part>();
      parts.set(page, ofPage);
      const part = ofPage.get(startMs) ?? { members: [], gone: [] };
      ofPage.set(startMs, part);
      return part;
    };
    for (const group of groups.values()) partOf(group).members.push(group);
    for (const group of this.#windows.gone(objectGroups(groups, []).has)) partOf(group).gone.push(group);
    starts.push(startMs);
    return groups.size;
  }

  /** Where the pass ends nobody needs the states, but for a head: they are made again of those that it began with. */
  #isWritten({ toMs, isCaptured }: Chunk): boolean {
    const { pass } = this.#run;
    if (pass.isUnwritten === true) return false;
    return isCaptured || toMs < pass.closeUpToMs || !this.#isAtStart || isEmpty(this.#pages) || this.#wantsHead();
  }

  /** Goes through a chunk page by page. Returns null, or the hash from which on pages are left because time was up. */
  async #goThrough(chunk: Chunk, fromHash: number): Promise<number | null> {
    const { carriedPages, fence, nextSerial, limits } = this.#run;
    const isWritten = this.#isWritten(chunk);
    const isLeft = (page: Page) => chunk.parts.has(page) && firstHashOf(page) >= fromHash;
    const left = this.#pages.filter(isLeft);
    const done = this.#pages.filter((page) => !isLeft(page));
    for (let first = left[0]; first !== undefined; first = left[0]) {
      if (this.#run.mustPause()) {
        this.#pages = inPrefixOrder([...done, ...left]);
        this.#isAtStart &&= !isWritten;
        // Of a chunk that has not begun all is left, whatever comes into its pages meanwhile.
        return chunk.parts.size === left.length ? fromHash : firstHashOf(first);
      }
      append(done, await this.#step(chunk, left.splice(0, batchSize(left, limits.batchBytes)), isWritten));
    }
    this.#pages = inPrefixOrder(done);
    this.#isAtStart &&= !isWritten;
    if (chunk.isCaptured) this.#atCutoff = await mapOfPages(carriedPages, this.#pages, fence.nextVersion, nextSerial);
    return null;
  }

  /** Takes the states of some pages through the windows of a chunk, and returns the pages that hold them afterwards. */
  async #step(chunk: Chunk, pages: readonly Page[], isWritten: boolean): Promise<readonly Page[]> {
    const { view, carriedPages, snapshot } = this.#run;
    const histories = await RollingHistories.ofPages(view, carriedPages, pages, snapshot.completeFromMs);
    for (const startMs of chunk.starts) {
      const parts = pages.flatMap((page) => chunk.parts.get(page)?.get(startMs) ?? []);
      const window = { startMs, endMs: endOfWindow(this.#windows.grid, startMs) };
      const members = sortedGroups(parts.flatMap((part) => part.members));
      const rows = alignedRows(view, histories, members, window);
      const gone = parts.flatMap((part) => part.gone).map((group) => ({ group, window }));
      await emitWindow(this.#run, this.#firstAffectedMs, startMs, rows, gone);
    }
    return isWritten ? histories.savePages(this.#run, chunk.toMs) : pages;
  }

  async #pause({ fromMs, toMs }: Chunk, leftFrom: number): Promise<KindOutcome> {
    // Where no page has states the next call cuts pages of its own: the hash would say nothing of them.
    const hash = isEmpty(this.#pages) ? 0 : leftFrom;
    const { carriedPages, fence, nextSerial } = this.#run;
    return {
      kind: 'paused',
      head: this.#head,
      isUnwritten: this.#isAtStart && hash > 0,
      cursor: { fromMs, toMs: hash > 0 ? toMs : fromMs, hash },
      closedUpToMs: fromMs,
      state: this.#isAtStart
        ? this.#startState
        : await mapOfPages(carriedPages, this.#pages, fence.nextVersion, nextSerial),
      atCutoff: this.#atCutoff,
    };
  }
}

function isEmpty(pages: readonly Page[]): boolean {
  return pages.every(({ set }) => set.pages === 0);
}

/** How many of these pages are held at once: one at least. An empty one counts as one that is full. */
function batchSize(pages: readonly Page[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, { set }] of pages.entries()) {
    bytes += set.bytes === 0 ? MAX_PAGE_BYTES : set.bytes;
    if (bytes > maxBytes) return Math.max(1, index);
  }
  return pages.length;
}
