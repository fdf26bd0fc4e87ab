import type { RowWindow } from '../../plan/row.ts';
import type { Head } from '../../state/head.ts';
import type { PageMap } from '../../state/page-map.ts';
import { endOfWindow, windowAfter } from '../../windows/aligned.ts';
import { AffectedWindows, firstAffectedMs } from '../affected-windows.ts';
import { alignedRows, type Member } from '../aligned-rows.ts';
import { AlignedWindows } from '../aligned-windows.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import type { HashRound } from '../hash-order.ts';
import { headOf, isHeadWanted, resumeFromHead, startOf, startsBeyondCutoff } from '../head-state.ts';
import type { GoneRow } from '../outputs/output.ts';
import { RollingHistories } from '../rolling-histories.ts';
import type { FinalizeRun } from '../run.ts';
import { objectGroups, tableGroups, type WindowGroups } from '../window-groups.ts';
import { WithdrawnGroups } from '../withdrawn-groups.ts';
import { goesByPage, runByPage } from './aligned-by-page.ts';
import { type KindOutcome, NOTHING_OPEN } from './kind-run.ts';

/** Windows between two commits of progress: what a crash makes the next finalizer do again. */
const WINDOWS_PER_COMMIT = 50;
/** Rows between two looks at the clock, within a window that has more. */
const ROWS_PER_ROUND = 1000;
/**
 * Rows that are made together where nobody looks at the clock: so few that most of what they are made of is gone before the garbage
 * collector sees it twice. Of a million groups, 1000 at a time take a third more memory.
 */
const ROWS_IN_ORDER = 200;

/**
 * Tumbling and sliding windows, in the order of event time: final ones that late events came into, and those that the
 * watermark has passed since.
 *
 * Where rows depend on those before them, all windows are gone through from the cutoff, where the states of groups are
 * carried; of final ones only those are written again that come at or after one that a late event changed.
 */
export async function runAligned(run: FinalizeRun): Promise<KindOutcome> {
  const { view, fence, pass } = run;
  const head = await resumeFromHead(run);
  if (goesByPage(run, head)) return runByPage(run, head);
  const states = head?.map ?? pass.state ?? fence.progress.carried;
  const histories = view.rows.isStateful
    ? await RollingHistories.load(view, run.carriedPages, states, run.snapshot.completeFromMs)
    : null;
  return new AlignedRun(run, histories, head).run();
}

class AlignedRun {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;
  readonly #affected: AffectedWindows;
  /** Groups that revisions of the rows below took out. */
  readonly #withdrawn: WithdrawnGroups;
  /** Null where each row depends on its own window alone. */
  readonly #histories: RollingHistories | null;
  /** The first final window that a late event may have changed. */
  readonly #firstAffectedMs: number;
  /** Where the pass goes on from; null where it goes through all groups from the cutoff. */
  readonly #head: Head | null;
  #atCutoff: PageMap | null;
  #isAtCutoff: boolean;

  constructor(run: FinalizeRun, histories: RollingHistories | null, head: Head | null) {
    this.#run = run;
    this.#histories = histories;
    this.#head = run.isResumed ? run.fence.progress.head : head;
    const { stateCutoffMs, closedUpToMs } = run.fence.progress;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
    const { grid } = this.#windows;
    this.#withdrawn = new WithdrawnGroups(run.view.rows.emptyWindows.keptMs);
    this.#affected = new AffectedWindows(grid, run.markedPanes, stateCutoffMs, closedUpToMs);
    this.#firstAffectedMs = firstAffectedMs(run, grid);
    this.#atCutoff = run.pass.atCutoff;
    this.#isAtCutoff = this.#atCutoff !== null || startsBeyondCutoff(run, head);
  }

  async run(): Promise<KindOutcome> {
    const { fence, downstream, pass } = this.#run;
    let [cursorMs, hash] = [startOf(this.#run, this.#head), pass.cursor.hash];
    let sinceCommit = 0;
    await this.#recallWithdrawn(cursorMs);
    for (;;) {
      const startMs = await this.#next(cursorMs);
      if (startMs === null || startMs >= pass.settledMs) await this.#reachCutoff();
      if (startMs === null) break;
      if (startMs !== cursorMs) hash = 0;
      this.#run.reachedMs = startMs;
      if (this.#run.mustPause()) return this.#pause(startMs, hash);
      if (sinceCommit++ >= WINDOWS_PER_COMMIT || downstream.isFull) {
        await this.#run.commit({ closedUpToMs: Math.max(fence.progress.closedUpToMs, startMs) });
        sinceCommit = 0;
      }
      const leftFrom = await this.#goThrough(startMs, hash);
      if (leftFrom !== null) return this.#pause(startMs, leftFrom);
      cursorMs = windowAfter(this.#windows.grid, startMs);
      hash = 0;
    }
    const head = await this.#headAtEnd();
    return { kind: 'done', head, atCutoff: this.#atCutoff, movesCutoff: this.#movesCutoff, openFrom: NOTHING_OPEN };
  }

  async #headAtEnd(): Promise<Head | null> {
    const isKnown = this.#head !== null && this.#atCutoff === null;
    if (this.#histories === null || isKnown || !isHeadWanted(this.#run, this.#atCutoff !== null)) return this.#head;
    return headOf(this.#run, await this.#histories.savePages(this.#run, this.#run.pass.closeUpToMs));
  }

  /** What a call before this one found, and later windows need. */
  async #recallWithdrawn(cursorMs: number): Promise<void> {
    const { view, fence, isResumed } = this.#run;
    const { keptMs } = view.rows.emptyWindows;
    if (!isResumed || keptMs === 0) return;
    let fromMs = Math.max(fence.progress.stateCutoffMs, cursorMs - keptMs);
    for (;;) {
      const startMs = await this.#windows.next(fromMs, cursorMs);
      if (startMs === null) return;
      const groups = objectGroups(await this.#windows.read(startMs), []);
      this.#withdrawn.note(this.#windows.gone(groups.has), startMs);
      fromMs = windowAfter(this.#windows.grid, startMs);
    }
  }

  /** Without states a pane is gone as soon as it changes no more; with them, once they are carried. */
  get #movesCutoff(): boolean {
    return this.#histories === null || this.#atCutoff !== null;
  }

  async #next(cursorMs: number): Promise<number | null> {
    const { pass, fence } = this.#run;
    if (this.#histories !== null) {
      // A window without any event has rows where a group before it is remembered, or has lost those that it had.
      const isLooked = this.#histories.hasEmptyRowsAt(cursorMs) || this.#hasRowsToTakeBackAt(cursorMs);
      if (isLooked && cursorMs < pass.closeUpToMs) return cursorMs;
      return this.#windows.next(cursorMs, pass.closeUpToMs);
    }
    const affected = this.#affected.next(cursorMs);
    return affected ?? this.#windows.next(Math.max(cursorMs, fence.progress.closedUpToMs), pass.closeUpToMs);
  }

  #hasRowsToTakeBackAt(startMs: number): boolean {
    return this.#run.view.rows.emptyWindows.hasRows && startMs <= this.#withdrawn.rowsToMs;
  }

  /** Makes a window's rows. Returns null, or the hash from which on groups are left because time was up. */
  async #goThrough(startMs: number, fromHash: number): Promise<number | null> {
    const { fence } = this.#run;
    const readBefore = this.#windows.readBytes;
    const groups = await this.#groupsOf(startMs);
    const isNew = startMs >= fence.progress.closedUpToMs;
    const isCareful = this.#run.isUnfinished(startMs);
    const isShown = isNew || isCareful || this.#histories === null || startMs >= this.#firstAffectedMs;
    this.#run.panes++;
    if (this.#histories !== null) this.#run.countRows(startMs, groups.size, this.#windows.readBytes - readBefore);
    if (groups.table !== null && isNew && !isCareful && this.#run.takesTables) {
      await this.#run.emitTable(groups.table, this.#windowAt(startMs));
      return null;
    }
    for (const { members, nextHash, isLast, isWhole } of this.#rounds(groups, fromHash)) {
      const rows = this.#rowsOf(members, startMs);
      if (isShown) {
        const gone = isLast && (!isNew || isCareful) ? this.#gone(groups, startMs) : [];
        const windowStartMs = isWhole ? startMs : null;
        await this.#run.emit({ rows, gone, isNew, isFresh: isNew && !isCareful, isCareful, windowStartMs });
      }
      if (nextHash !== null && this.#run.mustPause()) return nextHash;
    }
    return null;
  }

  /** The groups of a window that have a row in it, and those that revisions took out noted. */
  async #groupsOf(startMs: number): Promise<WindowGroups> {
    if (this.#histories === null && this.#windows.isOnePane) {
      const groups = tableGroups(await this.#windows.readTable(startMs));
      this.#withdrawn.note(this.#windows.gone(groups.has), startMs);
      return groups;
    }
    const groups = await this.#windows.read(startMs);
    this.#withdrawn.note(this.#windows.gone(objectGroups(groups, []).has), startMs);
    const silent = this.#histories?.silentGroups(groups, startMs) ?? [];
    if (groups.size > 0) this.#histories?.noteFilled(startMs);
    return objectGroups(groups, silent);
  }

  /**
   * All groups of a window at once, in the order of rows; or, of many, some at a time: in the order of rows too, or, where the call may
   * pause between two of them, in that of their hash.
   */
  *#rounds(groups: WindowGroups, fromHash: number): Generator<Round> {
    const { downstream, definition, rows } = this.#run.view;
    // What others take is handed down as a whole, a table is one row, and a share is one of all groups.
    const isWhole = downstream.length > 0 || definition.emit === 'complete' || rows.goesOverGroups;
    if (isWhole || (groups.size <= ROWS_PER_ROUND && fromHash === 0)) {
      const [members = []] = groups.inOrder(Math.max(1, groups.size));
      yield { members, nextHash: null, isLast: true, isWhole: true };
      return;
    }
    if (fromHash === 0 && this.#run.isOrderFree) {
      yield* orderedRounds(groups);
      return;
    }
    for (const { members, nextHash } of groups.rounds(fromHash, ROWS_PER_ROUND)) {
      yield { members, nextHash, isLast: nextHash === null, isWhole: false };
    }
  }

  #rowsOf(members: readonly Member[], startMs: number): Row[] {
    return alignedRows(this.#run.view, this.#histories, members, this.#windowAt(startMs));
  }

  #windowAt(startMs: number): RowWindow {
    return { startMs, endMs: endOfWindow(this.#windows.grid, startMs) };
  }

  /** Groups that may have a row of an earlier revision in a window, and have none now. */
  #gone(groups: WindowGroups, startMs: number): GoneRow[] {
    const window = this.#windowAt(startMs);
    return this.#withdrawn.at(startMs, groups.has).map((group) => ({ group, window }));
  }

  /** Captures the states at the new cutoff, where it is worth moving there. */
  async #reachCutoff(): Promise<void> {
    if (this.#isAtCutoff || this.#histories === null) return;
    this.#isAtCutoff = true;
    if (!isWorthFolding(this.#run)) return;
    this.#atCutoff = await this.#histories.save(this.#run, this.#run.pass.settledMs);
  }

  async #pause(startMs: number, hash: number): Promise<KindOutcome> {
    return {
      kind: 'paused',
      head: this.#head,
      cursor: { fromMs: startMs, toMs: startMs, hash },
      closedUpToMs: startMs,
      state: this.#histories === null ? null : await this.#histories.save(this.#run, startMs),
      atCutoff: this.#atCutoff,
    };
  }
}

function* orderedRounds(groups: WindowGroups): Generator<Round> {
  let left = groups.size;
  for (const members of groups.inOrder(ROWS_IN_ORDER)) {
    left -= members.length;
    yield { members, isLast: left === 0, nextHash: null, isWhole: false };
  }
}

interface Round extends HashRound<Member> {
  readonly isLast: boolean;
  /** These are all groups of the window. */
  readonly isWhole: boolean;
}
