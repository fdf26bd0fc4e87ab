import type { Group } from '../../codec/group.ts';
import { append } from '../../lists/append.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../../state/page-map.ts';
import { firstAffectedMs } from '../affected-windows.ts';
import { alignedRows } from '../aligned-rows.ts';
import { AlignedWindows } from '../aligned-windows.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import { emptyPagesFor, firstHashOf, hashOf, MAX_PAGE_BYTES, pageIndexOf } from '../group-states.ts';
import type { GoneRow } from '../outputs/output.ts';
import { RollingHistories } from '../rolling-histories.ts';
import type { FinalizeRun } from '../run.ts';
import { sortedGroups } from '../sort-rows.ts';
import type { KindOutcome } from './kind-run.ts';

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

/**
 * Whether states are too many to be held at once. Rows that other views take, whole tables and rows for empty windows are
 * made of all groups of a window, so these hold them.
 */
export function goesByPage({ view, pass, limits }: FinalizeRun, { bytes }: PageMap): boolean {
  const { rows, downstream, definition } = view;
  const needsAll = downstream.length > 0 || definition.emit === 'complete' || rows.emptyWindows.hasRows;
  if (!rows.isStateful || needsAll) return false;
  const { fromMs, toMs, hash } = pass.cursor;
  // A pass that paused within a window, or within a chunk, goes on as it began.
  if (hash > 0) return toMs > fromMs;
  return bytes > limits.stateBytes || (bytes === 0 && rows.maxStateBytes >= limits.largeStateBytes);
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
export async function runByPage(run: FinalizeRun, map: PageMap): Promise<KindOutcome> {
  return new RunByPage(run, await listPages(run.carriedPages, map)).run();
}

class RunByPage {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;
  readonly #firstAffectedMs: number;
  /** In the order of their prefixes. */
  #pages: readonly Page[];
  /** The pages are those that progress names at the cutoff. */
  #isAtStart: boolean;
  #atCutoff: PageMap | null;
  #isPastCutoff: boolean;

  constructor(run: FinalizeRun, pages: readonly Page[]) {
    const { pass, isResumed } = run;
    this.#run = run;
    this.#pages = pages;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
    this.#firstAffectedMs = firstAffectedMs(run, this.#windows.grid);
    this.#atCutoff = pass.atCutoff;
    this.#isAtStart = pass.state === null;
    this.#isPastCutoff = this.#atCutoff !== null || (isResumed && pass.cursor.fromMs >= pass.settledMs);
  }

  async run(): Promise<KindOutcome> {
    const { pass, fence } = this.#run;
    let { fromMs, hash } = pass.cursor;
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
    return { kind: 'done', atCutoff: this.#atCutoff, movesCutoff: this.#atCutoff !== null, openFrom: new Map() };
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
      atMs = startMs + this.#windows.grid.slideMs;
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
      atMs = startMs + this.#windows.grid.slideMs;
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
    for (const group of this.#windows.gone(groups)) partOf(group).gone.push(group);
    starts.push(startMs);
    return groups.size;
  }

  /** Goes through a chunk page by page. Returns null, or the hash from which on pages are left because time was up. */
  async #goThrough(chunk: Chunk, fromHash: number): Promise<number | null> {
    const { pass, carriedPages, fence, nextSerial, limits } = this.#run;
    // Where the pass ends nobody needs the states: they are made again of those at the cutoff.
    const isWritten = chunk.isCaptured || chunk.toMs < pass.closeUpToMs || !this.#isAtStart || isEmpty(this.#pages);
    const isLeft = (page: Page) => chunk.parts.has(page) && firstHashOf(page) >= fromHash;
    const left = this.#pages.filter(isLeft);
    const done = this.#pages.filter((page) => !isLeft(page));
    for (let first = left[0]; first !== undefined; first = left[0]) {
      if (this.#run.mustPause()) {
        this.#pages = inOrder([...done, ...left]);
        this.#isAtStart &&= !isWritten;
        // Of a chunk that has not begun all is left, whatever comes into its pages meanwhile.
        return chunk.parts.size === left.length ? fromHash : firstHashOf(first);
      }
      append(done, await this.#step(chunk, left.splice(0, batchSize(left, limits.batchBytes)), isWritten));
    }
    this.#pages = inOrder(done);
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
      const window = { startMs, endMs: startMs + this.#windows.grid.sizeMs };
      const members = sortedGroups(parts.flatMap((part) => part.members));
      const rows = alignedRows(view, histories, members, window);
      const gone = parts.flatMap((part) => part.gone).map((group) => ({ group, window }));
      await this.#emit(startMs, rows, gone);
    }
    return isWritten ? histories.savePages(this.#run, chunk.toMs) : pages;
  }

  async #emit(startMs: number, rows: readonly Row[], gone: readonly GoneRow[]): Promise<void> {
    const isNew = startMs >= this.#run.fence.progress.closedUpToMs;
    const isCareful = this.#run.isUnfinished(startMs);
    if (!isNew && !isCareful && startMs < this.#firstAffectedMs) return;
    const mayBeGone = !isNew || isCareful;
    const isFresh = isNew && !isCareful;
    await this.#run.emit({ rows, gone: mayBeGone ? gone : [], isNew, isFresh, isCareful, windowStartMs: null });
  }

  async #pause({ fromMs, toMs }: Chunk, leftFrom: number): Promise<KindOutcome> {
    // Where no page has states the next call cuts pages of its own: the hash would say nothing of them.
    const hash = isEmpty(this.#pages) ? 0 : leftFrom;
    const { carriedPages, fence, nextSerial } = this.#run;
    return {
      kind: 'paused',
      cursor: { fromMs, toMs: hash > 0 ? toMs : fromMs, hash },
      closedUpToMs: fromMs,
      state: this.#isAtStart ? null : await mapOfPages(carriedPages, this.#pages, fence.nextVersion, nextSerial),
      atCutoff: this.#atCutoff,
    };
  }
}

function isEmpty(pages: readonly Page[]): boolean {
  return pages.every(({ set }) => set.pages === 0);
}

function inOrder(pages: readonly Page[]): readonly Page[] {
  return [...pages].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
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
