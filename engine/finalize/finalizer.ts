import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { FencedError } from '../protocol/errors.ts';
import { Fence, PAGE_KINDS, pageSets } from '../protocol/fence.ts';
import { awaitVisible } from '../protocol/visibility.ts';
import { loadSource } from '../sources/registry.ts';
import { MissingPageError } from '../state/errors.ts';
import { namesInUse, setsDropped } from '../state/page-map.ts';
import { type PageSet, ViewPages } from '../state/pages.ts';
import { loadProgress, NOTHING_REPEATED, type Progress } from '../state/progress.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { beginPass, isOfPass } from './begin-pass.ts';
import type { Row } from './drafts.ts';
import { sumOf } from './folding.ts';
import { KINDS } from './kinds/index.ts';
import type { KindOutcome } from './kinds/kind-run.ts';
import { hasMovedOn } from './lag.ts';
import { AlertsOutput } from './outputs/alerts.ts';
import { DownstreamOutput } from './outputs/downstream.ts';
import { LateCountsOutput } from './outputs/late-counts.ts';
import { type FinalizePorts, FinalizeRun, MEMORY_LIMITS, type MemoryLimits } from './run.ts';
import { ViewSnapshot } from './snapshot.ts';
import { hasLateCounts, hasPass, isBehind, reachOf } from './work.ts';

export type { FinalizePorts, MemoryLimits } from './run.ts';

export interface FinalizeResult {
  /** `more`: time was up, and a message to go on has been sent. `fenced`: another finalizer is at it. */
  readonly outcome: 'done' | 'idle' | 'more' | 'fenced';
  readonly panes: number;
  readonly rowsWritten: number;
  /** Of these, rows that took the place of one that said something else. */
  readonly rowsRevised: number;
  /** End of the latest window that became final for the first time; null where none did. */
  readonly finalToMs: number | null;
  /** Of a view without groups: the last rows that became final for the first time. */
  readonly finalRows: readonly Row[];
  /** Rows that became final for the first time and that a detector takes for unusual; null where the view has none. */
  readonly anomalies: number | null;
  /** Events that a join left out, for a key had too many in a pane. */
  readonly droppedEvents: number;
  /** Partial matches of a pattern that were dropped, for a key had too many. */
  readonly droppedMatches: number;
  readonly watermarkMs: number;
  /** Of `more`: the next call has less to do than this one had. False for ever is a finalizer that is stuck. */
  readonly movedOn: boolean;
}

/**
 * The second stage, for one (view, bucket): folds segments into rows once the watermark has passed a window, looks again
 * at windows with late events, hands rows to the views that take them, and deletes what can no longer change.
 *
 * Safe to call at any time, twice at once, and to kill anywhere: what it writes depends on the stored state alone.
 *
 * @param timeIsUp asked between steps, null for never; when it says yes the pass pauses: the finalizer commits how far it came, wakes its
 * successor, and returns. The first step of a call is done in any case.
 * @param limits what a call holds in memory.
 */
export async function finalizeView(
  view: ViewPlan,
  bucket: number,
  ports: FinalizePorts,
  timeIsUp: (() => boolean) | null = null,
  limits: MemoryLimits = MEMORY_LIMITS,
): Promise<FinalizeResult> {
  const { state } = ports;
  const seen = await loadProgress(state, view.key, bucket);
  // Where the source stands before markers before segments: whatever a watermark promises is looked for after it.
  const source = await loadSource(view, bucket, state);
  const snapshot = new ViewSnapshot(view, bucket, ports, source);
  const reach = reachOf(view, source);
  const listed = await snapshot.readMarkers();
  const pass = seen.pass ?? beginPass(view, seen, source, snapshot, reach, listed);
  const markers = listed.filter((marker) => isOfPass(view, pass, marker));
  const result = (outcome: FinalizeResult['outcome'], run?: FinalizeRun): FinalizeResult => ({
    outcome,
    panes: run?.panes ?? 0,
    rowsWritten: run?.results.written ?? 0,
    rowsRevised: run?.results.revised ?? 0,
    finalToMs: run?.metrics.finalToMs ?? null,
    finalRows: run?.metrics.finalRows ?? [],
    anomalies: run?.metrics.anomalies ?? null,
    droppedEvents: run?.droppedEvents ?? 0,
    droppedMatches: run?.droppedMatches ?? 0,
    watermarkMs: source.watermarkMs,
    movedOn: run !== undefined && hasMovedOn(seen, run.fence.progress),
  });
  const hasWork =
    isBehind(view, seen, reach) || markers.length > 0 || (await hasLateCounts(view, bucket, pass.settledMs, state));
  if (!hasWork) return result('idle');
  const downstream = new DownstreamOutput(view, bucket, state, seen);
  let run: FinalizeRun | undefined;
  let fence: Fence | undefined;
  try {
    // What the last commit handed to other views must be visible before another one puts its own list in its place.
    const unmarked = await awaitVisible(ports, `View '${view.name}', bucket ${bucket}`, seen.manifest);
    const writes = downstream.remark(unmarked, seen.version + 1);
    const { closeUpToMs } = pass;
    const handedFrom = downstream.handedFrom(seen);
    fence = await Fence.claim({ view, bucket, state, seen, closeUpToMs, handedFrom, writes });
    const isResumed = seen.pass !== null;
    const alerts = await AlertsOutput.load(view, bucket, ports, { fence, snapshot });
    const parts = {
      view,
      bucket,
      ports,
      snapshot,
      fence,
      downstream,
      alerts,
      pass,
      isResumed,
      markers,
      timeIsUp,
      limits,
    };
    run = new FinalizeRun(parts);
    return result((await work(run, seen)) ? 'done' : 'more', run);
  } catch (error) {
    if (error instanceof FencedError || (await isOvertaken(error, { view, bucket, state, fence })))
      return result('fenced', run);
    throw error;
  }
}

/** A page can be missing because another finalizer has put others in its place meanwhile. */
async function isOvertaken(error: unknown, { view, bucket, state, fence }: Claimed): Promise<boolean> {
  if (!(error instanceof MissingPageError) || fence === undefined) return false;
  const { version } = await loadProgress(state, view.key, bucket);
  return version !== fence.progress.version;
}

interface Claimed {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly state: StateStore;
  readonly fence: Fence | undefined;
}

/** One call's part of a pass. False where more is to be done: a message to go on has been sent. */
async function work(run: FinalizeRun, seen: Progress): Promise<boolean> {
  const { view, bucket, fence, ports, downstream } = run;
  const lateCounts = new LateCountsOutput(run);
  await lateCounts.resume();
  const pagesBefore = await pagesInUse(run);
  const alertPagesBefore = await alertPagesInUse(run);
  const outcome = await KINDS[view.definition.window.kind].run(run);
  await commitOutcome(run, outcome);
  const isCounted = outcome.kind === 'done' && (outcome.openFrom === null || (await lateCounts.work(outcome.openFrom)));
  await deleteWhatIsGone(run, seen, pagesBefore);
  await deleteAlertPages(run, seen, alertPagesBefore);
  await fence.commit({ held: false });
  await downstream.wake(ports.queue, seen, fence.progress, run.markers.length > 0 || seen.held);
  if (isCounted && !(await hasNextPass(run))) return true;
  await ports.queue.send([{ view: view.key, bucket, deduplicationId: `continue#${fence.progress.version}` }]);
  return false;
}

/**
 * Whether there is another pass to begin. A wake-up that came while a pass had paused found no other work than that pass.
 * Counts of late events that cannot go to their rows yet are no reason: they would begin the same pass again and again.
 */
async function hasNextPass({ view, bucket, ports: { state }, fence, isResumed }: FinalizeRun): Promise<boolean> {
  if (!isResumed) return false;
  const reach = reachOf(view, await loadSource(view, bucket, state));
  return hasPass(view, bucket, fence.progress, reach, state);
}

async function commitOutcome(run: FinalizeRun, outcome: KindOutcome): Promise<void> {
  const { fence, pass } = run;
  const { closedUpToMs, settledToMs } = fence.progress;
  const repeated = sumOf(fence.progress.repeated, run.repeated);
  if (outcome.kind === 'paused') {
    const { cursor, state, atCutoff, isUnwritten = false, head = null } = outcome;
    const isFurther = Math.max(closedUpToMs, outcome.closedUpToMs);
    await run.commit({
      closedUpToMs: isFurther,
      pass: { ...pass, cursor, state, atCutoff, isUnwritten },
      repeated,
      head,
    });
    return;
  }
  const cutoffMs = outcome.movesCutoff ? pass.settledMs : fence.progress.stateCutoffMs;
  const head = outcome.head != null && outcome.head.atMs > cutoffMs ? outcome.head : null;
  const isKept = outcome.movesCutoff || (head !== null && head.atMs !== fence.progress.head?.atMs);
  await run.commitEnd({
    closedUpToMs: Math.max(closedUpToMs, pass.closeUpToMs),
    settledToMs: Math.max(settledToMs, pass.settledMs),
    pass: null,
    head,
    repeated: isKept ? NOTHING_REPEATED : repeated,
    ...(outcome.movesCutoff && { stateCutoffMs: pass.settledMs }),
    ...(outcome.atCutoff !== null && { carried: outcome.atCutoff }),
    ...(outcome.ledger !== undefined && { ledger: outcome.ledger }),
  });
}

/** Pages of states that progress names. */
async function pagesInUse({ fence, carriedPages }: FinalizeRun): Promise<readonly PageSet[]> {
  const { carried, pass, head } = fence.progress;
  const sets: PageSet[] = [];
  for (const map of [carried, pass?.state ?? null, pass?.atCutoff ?? null, head?.map ?? null]) {
    if (map !== null) append(sets, await namesInUse(carriedPages, map));
  }
  return sets;
}

/** Pages of verdicts and incidents that progress names. */
async function alertPagesInUse({ fence, alerts }: FinalizeRun): Promise<readonly PageSet[]> {
  const state = fence.progress.alerts?.state;
  return alerts === null || state === undefined ? [] : namesInUse(alerts.pages, state);
}

async function deleteAlertPages(run: FinalizeRun, seen: Progress, before: readonly PageSet[]): Promise<void> {
  if (run.alerts === null) return;
  const { pages } = run.alerts;
  const inUse = await alertPagesInUse(run);
  await pages.delete(setsDropped([...before, ...pages.saved], inUse));
  if (seen.held) await pages.deleteUpTo(seen.version + 1, inUse);
}

/** Deletes what lies before the cutoff, and pages that others have taken the place of. */
async function deleteWhatIsGone(run: FinalizeRun, seen: Progress, pagesBefore: readonly PageSet[]): Promise<void> {
  const { view, bucket, ports, snapshot, fence, carriedPages } = run;
  const { progress } = fence;
  // What a finalizer that died has left behind may be anywhere.
  const fromMs = seen.held ? START_OF_TIME_MS : seen.stateCutoffMs;
  if (progress.stateCutoffMs > fromMs) {
    const keys = await snapshot.segmentKeys(fromMs, progress.stateCutoffMs);
    if (keys.length > 0) await ports.state.delete(keys);
  }
  const inUse = await pagesInUse(run);
  await carriedPages.delete(setsDropped([...pagesBefore, ...carriedPages.saved], inUse));
  if (seen.held) await carriedPages.deleteUpTo(seen.version + 1, inUse);
  for (const kind of PAGE_KINDS) {
    if (kind === 'outbox' && run.alerts === null) continue;
    const pages = new ViewPages(ports.pages, kind, view.key, bucket);
    const dropped = fence.dropped.filter((each) => each.kind === kind).map(({ set }) => set);
    await pages.delete(dropped);
    if (seen.held) await pages.deleteUpTo(seen.version + 1, pageSets(progress, kind));
  }
}
