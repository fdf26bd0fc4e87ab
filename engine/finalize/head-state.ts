import type { Group, Groups } from '../codec/group.ts';
import type { Head } from '../state/head.ts';
import { listPages, mapOfPages, type Page } from '../state/page-map.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { endOfWindow, windowAfter } from '../windows/aligned.ts';
import { firstAffectedMs } from './affected-windows.ts';
import { alignedRows } from './aligned-rows.ts';
import { AlignedWindows } from './aligned-windows.ts';
import { goesByGroup } from './by-group.ts';
import { emitWindow } from './emit-window.ts';
import { isFoldingDue, isWorthWriting } from './folding.ts';
import { hashOf } from './hash-order.ts';
import { lateGroupsBefore } from './late-groups.ts';
import { inPrefixOrder, pageIndexOf } from './page-cut.ts';
import { RollingHistories } from './rolling-histories.ts';
import type { FinalizeRun } from './run.ts';
import { sortedGroups } from './sort-rows.ts';

/** Pages with late groups, at the cutoff or at the head, beyond which all groups are gone through again. */
const MAX_LATE_PAGES = 64;

/**
 * The head that a pass goes on from, with the groups that its late events came into evaluated again from the cutoff; null
 * where the pass has to go through all groups from there. `engine/state/head.ts` draws it.
 */
export async function resumeFromHead(run: FinalizeRun): Promise<Head | null> {
  const { view, fence, isResumed, snapshot } = run;
  const { head, stateCutoffMs } = fence.progress;
  // A pass that paused has its own state; its head is the one that it began with.
  if (head === null || isResumed || !goesByGroup(view) || isFoldingDue(run)) return null;
  if (head.atMs <= stateCutoffMs || head.completeFromMs !== completeFromMs(snapshot)) return null;
  const windows = new AlignedWindows(view, snapshot);
  const late = await lateGroupsBefore(run, windows.grid, head.atMs);
  if (late === null) return null;
  return late.size === 0 ? head : reevaluated(run, head, windows, late);
}

/** From where a call goes through all groups. */
export function startOf({ pass, isResumed }: FinalizeRun, head: Head | null): number {
  return isResumed || head === null ? pass.cursor.fromMs : head.atMs;
}

/** Whether that is beyond where states at the new cutoff could be captured. */
export function startsBeyondCutoff({ pass, isResumed }: FinalizeRun, head: Head | null): boolean {
  return isResumed ? pass.cursor.fromMs >= pass.settledMs : head !== null && head.atMs > pass.settledMs;
}

/** The head after a pass that has the states where it ends. */
export async function headOf(run: FinalizeRun, pages: readonly Page[]): Promise<Head> {
  const { carriedPages, fence, nextSerial, pass, snapshot } = run;
  const map = await mapOfPages(carriedPages, pages, fence.nextVersion, nextSerial);
  return { atMs: pass.closeUpToMs, completeFromMs: completeFromMs(snapshot), map };
}

/** Whether a pass that went through all groups is to keep the states where it ends. At the cutoff they are kept anyway. */
export function isHeadWanted(run: FinalizeRun, isCaptured: boolean): boolean {
  const { view, pass } = run;
  return goesByGroup(view) && pass.closeUpToMs > pass.settledMs && (isCaptured || isWorthWriting(run));
}

async function reevaluated(run: FinalizeRun, head: Head, windows: AlignedWindows, late: Groups): Promise<Head | null> {
  const { view, carriedPages, fence, nextSerial, snapshot } = run;
  const atCutoff = divided(await listPages(carriedPages, fence.progress.carried), late);
  const atHead = divided(await listPages(carriedPages, head.map), late);
  if (Math.max(atCutoff.late.length, atHead.late.length) > MAX_LATE_PAGES || atHead.late.length === 0) return null;
  // What follows is the first step of the call.
  run.mustPause();
  const states = await RollingHistories.ofPages(view, carriedPages, atCutoff.late, snapshot.completeFromMs);
  const heads = await RollingHistories.ofPages(view, carriedPages, atHead.late, snapshot.completeFromMs);
  await goThrough(run, windows, states, late, head.atMs);
  for (const group of late.values()) heads.replace(group, states);
  const pages = inPrefixOrder([...atHead.others, ...(await heads.savePages(run, head.atMs))]);
  return { ...head, map: await mapOfPages(carriedPages, pages, fence.nextVersion, nextSerial) };
}

/** Takes the late groups from the cutoff to the head, and hands on the rows that may have changed. */
async function goThrough(
  run: FinalizeRun,
  windows: AlignedWindows,
  states: RollingHistories,
  late: Groups,
  toMs: number,
): Promise<void> {
  const firstMs = firstAffectedMs(run, windows.grid);
  let fromMs = run.fence.progress.stateCutoffMs;
  for (;;) {
    const startMs = await windows.next(fromMs, toMs);
    if (startMs === null) return;
    const readBefore = windows.readBytes;
    const groups = await windows.read(startMs);
    const members = [...late.keys()].flatMap((key): readonly Group[] =>
      [groups.get(key)].filter((group) => group !== undefined),
    );
    run.panes++;
    run.countRows(startMs, members.length, windows.readBytes - readBefore);
    const window = { startMs, endMs: endOfWindow(windows.grid, startMs) };
    await emitWindow(run, firstMs, startMs, alignedRows(run.view, states, sortedGroups(members), window), []);
    fromMs = windowAfter(windows.grid, startMs);
  }
}

/** Pages that hold one of the groups, or would hold it, and the others. */
function divided(pages: readonly Page[], groups: Groups): { readonly late: Page[]; readonly others: Page[] } {
  const found = new Set([...groups.values()].map((group) => pages[pageIndexOf(pages, hashOf(group))]));
  return { late: pages.filter((page) => found.has(page)), others: pages.filter((page) => !found.has(page)) };
}

function completeFromMs(snapshot: FinalizeRun['snapshot']): number {
  return Math.max(START_OF_TIME_MS, snapshot.completeFromMs);
}
