import type { ViewPlan } from '../plan/plan.ts';
import { FencedError } from '../protocol/errors.ts';
import { Fence, PAGE_KINDS, pageSets } from '../protocol/fence.ts';
import { awaitVisible } from '../protocol/visibility.ts';
import { loadSource } from '../sources/source.ts';
import { MissingPageError } from '../state/errors.ts';
import { PageStore } from '../state/pages.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { runAligned } from './aligned-run.ts';
import { DownstreamOutput } from './downstream-output.ts';
import type { Row } from './drafts.ts';
import { runGlobal } from './global-run.ts';
import { LatePatch } from './late-patch.ts';
import { runRolling } from './rolling-run.ts';
import { type FinalizePorts, FinalizeRun } from './run.ts';
import type { Session } from './session-fold.ts';
import { runSessions } from './session-run.ts';
import { ViewSnapshot } from './snapshot.ts';
import { hasLateCounts, isBehind, mayHaveRows, reachOf } from './work.ts';

export type { FinalizePorts } from './run.ts';

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
  readonly watermarkMs: number;
}

/**
 * The second stage, for one (view, bucket): folds segments into rows once the watermark has passed a window, looks again
 * at windows with late events, hands rows to the views that take them, and deletes what can no longer change.
 *
 * Safe to call at any time, twice at once, and to kill anywhere: what it writes depends on the stored state alone.
 *
 * @param timeIsUp asked between windows; when it says yes the finalizer commits, wakes its successor, and returns.
 */
export async function finalizeView(
  view: ViewPlan,
  bucket: number,
  ports: FinalizePorts,
  timeIsUp: () => boolean = () => false,
): Promise<FinalizeResult> {
  const { state, clock } = ports;
  const seen = await loadProgress(state, view.key, bucket);
  // Where the source stands before markers before segments: whatever a watermark promises is looked for after it.
  const source = await loadSource(view, bucket, state);
  const snapshot = new ViewSnapshot(view, bucket, state, source);
  const reach = reachOf(view, source);
  const markers = (await snapshot.readMarkers()).filter((marker) => mayHaveRows(view, marker, reach.closeUpToMs));
  const result = (outcome: FinalizeResult['outcome'], run?: FinalizeRun): FinalizeResult => ({
    outcome,
    panes: run?.panes ?? 0,
    rowsWritten: run?.rowsWritten ?? 0,
    rowsRevised: run?.rowsRevised ?? 0,
    finalToMs: run?.finalToMs ?? null,
    finalRows: run?.finalRows ?? [],
    watermarkMs: source.watermarkMs,
  });
  const hasWork =
    isBehind(view, seen, reach) ||
    markers.length > 0 ||
    (await hasLateCounts(view, bucket, reach.stateCutoffMs, state));
  if (!hasWork) return result('idle');
  const downstreamOutput = new DownstreamOutput(view, bucket, state, clock);
  let run: FinalizeRun | undefined;
  try {
    // What the last commit handed to other views must be visible before another one puts its own list in its place.
    const unmarked = await awaitVisible(state, `View '${view.name}', bucket ${bucket}`, seen.manifest);
    const remarks = downstreamOutput.remark(unmarked, seen.version + 1);
    const fence = await Fence.claim({
      view,
      bucket,
      state,
      seen,
      ...reach,
      handedFrom: downstreamOutput.handedFrom(seen),
      writes: remarks,
    });
    run = new FinalizeRun({ view, bucket, ports, snapshot, fence, downstreamOutput, markers, ...reach, timeIsUp });
    return result((await work(run, seen)) ? 'done' : 'more', run);
  } catch (error) {
    if (error instanceof FencedError || (await isOvertaken(error, run))) return result('fenced', run);
    throw error;
  }
}

/** A page can be missing because another finalizer has put others in its place meanwhile. */
async function isOvertaken(error: unknown, run: FinalizeRun | undefined): Promise<boolean> {
  if (!(error instanceof MissingPageError) || run === undefined) return false;
  const { version } = await loadProgress(run.ports.state, run.view.key, run.bucket);
  return version !== run.fence.progress.version;
}

/** What became of the windows: all done, time was up between two of them, or within what only begins anew as a whole. */
type Outcome =
  | { readonly kind: 'done'; readonly unsettled: readonly Session[] }
  | { readonly kind: 'paused' }
  | { readonly kind: 'abandoned' };

const DONE: Outcome = { kind: 'done', unsettled: [] };

async function work(run: FinalizeRun, seen: Progress): Promise<boolean> {
  const { fence, ports, downstreamOutput } = run;
  const patch = new LatePatch(run);
  await patch.resume();
  const outcome = await finalize(run);
  const done = outcome.kind === 'done' && (await patch.work(outcome.unsettled));
  if (outcome.kind !== 'abandoned') await deleteWhatIsGone(run, seen);
  // Held on to, the next run looks at all rows that this one may have written.
  if (outcome.kind !== 'abandoned') await fence.commit({ held: false });
  await downstreamOutput.wake(ports.queue, seen, fence.progress, run.markers.length > 0 || seen.held);
  if (done) return true;
  const deduplicationId = `continue#${fence.progress.version}`;
  await ports.queue.send([{ view: run.view.key, bucket: run.bucket, deduplicationId }]);
  return false;
}

async function finalize(run: FinalizeRun): Promise<Outcome> {
  const { view, fence, markers } = run;
  switch (view.definition.window.kind) {
    case 'tumbling':
    case 'sliding': {
      if (!view.rows.isStateful) return (await runAligned(run)) ? DONE : { kind: 'paused' };
      const fold = await runRolling(run);
      if (fold === null) return { kind: 'paused' };
      await fence.commit(fold);
      return DONE;
    }
    case 'session': {
      const outcome = await runSessions(run);
      if (outcome === null) return { kind: 'abandoned' };
      await fence.commit(outcome.change);
      await run.deleteMarkers(markers);
      return { kind: 'done', unsettled: outcome.unsettled };
    }
    case 'global':
      await fence.commit(await runGlobal(run));
      await run.deleteMarkers(markers);
      return DONE;
  }
}

/** Deletes what lies before the horizon, and pages that others have taken the place of. */
async function deleteWhatIsGone({ view, bucket, ports, snapshot, fence }: FinalizeRun, seen: Progress): Promise<void> {
  const { progress } = fence;
  // What a finalizer that died has left behind may be anywhere.
  const fromMs = seen.held ? START_OF_TIME_MS : seen.stateCutoffMs;
  if (progress.stateCutoffMs > fromMs) {
    const keys = await snapshot.segmentKeys(fromMs, progress.stateCutoffMs);
    if (keys.length > 0) await ports.state.delete(keys);
  }
  for (const kind of PAGE_KINDS) {
    const pages = new PageStore(ports.state, kind, view.key, bucket);
    const dropped = fence.dropped.filter((each) => each.kind === kind);
    for (const { set } of dropped) await pages.delete(set);
    if (dropped.length > 0 || seen.held) await pages.deleteUpTo(seen.version + 1, pageSets(progress, kind));
  }
}
