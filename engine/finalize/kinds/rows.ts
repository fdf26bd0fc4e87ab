import type { Groups } from '../../codec/group.ts';
import { BugError } from '../../ir/bug-error.ts';
import type { EventLog } from '../../joins/event-log.ts';
import { append } from '../../lists/append.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { SelectPlan } from '../../plan/select.ts';
import { END_OF_TIME_MS } from '../../time/instant.ts';
import type { Row } from '../drafts.ts';
import type { OpenReading } from '../open-reading.ts';
import type { FinalizeRun } from '../run.ts';
import type { Pane, ViewSnapshot } from '../snapshot.ts';
import { SpanReader } from '../span-reader.ts';
import type { KindOutcome } from './kind-run.ts';

/** Rows between two commits of progress: what a crash makes the next finalizer do again. */
const ROWS_PER_COMMIT = 5000;

/**
 * Events as they are: writes the rows of a pane once the watermark has passed it, in the order of (time, content). Nothing is
 * carried from pane to pane. A late event adds a row, and no row changes by it; so a pane that late events came into is gone
 * through once more, and only what is new is written.
 */
export async function runRows(run: FinalizeRun): Promise<KindOutcome> {
  const { view, pass, fence, snapshot } = run;
  const spans = new SpanReader(snapshot, view.window.panes.paneMs, []);
  const marked = run.markedPanes;
  let cursorMs = Math.max(pass.cursor.fromMs, firstToDo(run, marked));
  let sinceCommit = 0;
  while (cursorMs < pass.closeUpToMs) {
    if (run.mustPause()) return pausedAt(cursorMs);
    const span = await spans.next(cursorMs, pass.closeUpToMs);
    // Panes may have been let go by a successor while they were read.
    await fence.verify();
    for (const [startMs, pane] of span.panes) {
      run.reachedMs = startMs;
      if (sinceCommit >= ROWS_PER_COMMIT || run.downstream.isFull) {
        await run.commit({ closedUpToMs: Math.max(fence.progress.closedUpToMs, startMs) });
        sinceCommit = 0;
      }
      const isNew = startMs >= fence.progress.closedUpToMs;
      const isCareful = run.isUnfinished(startMs);
      if (!isNew && !isCareful && !marked.has(startMs)) continue;
      const rows = rowsOfPane(view, snapshot, pane);
      run.panes++;
      run.countRows(startMs, rows.length, pane.bytes);
      sinceCommit += rows.length;
      await run.emit({ rows, gone: [], isNew, isFresh: isNew && !isCareful, isCareful, windowStartMs: startMs });
    }
    cursorMs = span.toMs;
  }
  return { kind: 'done', atCutoff: null, movesCutoff: true, openFrom: null };
}

/** Rows of panes that are not final, the earliest first: of as many panes as it takes to have as many as are wanted. */
export async function openEventRows({ view, snapshot, progress, limit }: OpenReading): Promise<Row[]> {
  const { paneMs } = view.window.panes;
  const spans = new SpanReader(snapshot, paneMs, []);
  const rows: Row[] = [];
  for (let fromMs = progress.closedUpToMs; rows.length < limit; ) {
    const span = await spans.next(fromMs, END_OF_TIME_MS);
    for (const pane of span.panes.values()) append(rows, rowsOfPane(view, snapshot, pane));
    if (span.toMs >= END_OF_TIME_MS) break;
    fromMs = span.toMs;
  }
  return rows.slice(0, limit);
}

/** Panes before this are done, and nothing came into them. */
function firstToDo({ fence }: FinalizeRun, marked: ReadonlySet<number>): number {
  const { closedUpToMs, unfinishedEpoch, stateCutoffMs } = fence.progress;
  if (unfinishedEpoch > 0) return stateCutoffMs;
  let firstMs = closedUpToMs;
  for (const paneMs of marked) if (paneMs < firstMs) firstMs = paneMs;
  return firstMs;
}

function pausedAt(cursorMs: number): KindOutcome {
  return {
    kind: 'paused',
    cursor: { fromMs: cursorMs, toMs: cursorMs, hash: 0 },
    closedUpToMs: cursorMs,
    state: null,
    atCutoff: null,
  };
}

function rowsOfPane(view: ViewPlan, snapshot: ViewSnapshot, pane: Pane): Row[] {
  const groups: Groups = new Map();
  snapshot.mergePane(groups, pane);
  const log: EventLog = [];
  for (const { states } of groups.values()) append(log, states[0] as EventLog);
  return selectOf(view)
    .rowsOf(log)
    .map(({ group, window }) => ({ group, window, values: view.rows.values(group, window) }));
}

function selectOf({ name, select }: ViewPlan): SelectPlan {
  if (select !== null) return select;
  throw new BugError(`View '${name}' has windows, and its rows are no events.`);
}
