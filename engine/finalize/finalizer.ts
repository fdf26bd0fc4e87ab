import { windowStartOf } from '../definition/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { FinalizeQueue, ResultStore, StateStore } from '../ports/index.ts';
import type { Item, ItemWrite } from '../ports/state-store.ts';
import { listCheckpoints } from '../state/checkpoint.ts';
import { paneOf } from '../state/keys.ts';
import { loadProgress, type Progress, progressWrite } from '../state/progress.ts';
import { FencedError } from './errors.ts';
import { ViewSnapshot } from './snapshot.ts';
import { draftRows, writeRows } from './write-rows.ts';

export interface FinalizePorts {
  readonly state: StateStore;
  readonly results: ResultStore;
  readonly queue: FinalizeQueue;
}

export interface FinalizeResult {
  /** `more`: time was up, and a message to go on has been sent. `fenced`: another finalizer is at it. */
  readonly outcome: 'done' | 'idle' | 'more' | 'fenced';
  readonly panes: number;
  readonly rowsWritten: number;
  readonly watermarkMs: number;
}

/** Panes between two commits of progress: what a crash makes the next finalizer do again. */
const PANES_PER_COMMIT = 50;
/** Markers that one transaction deletes: 100 items less the progress and room. */
const MARKERS_PER_COMMIT = 90;

/**
 * The second stage, for one (view, bucket): folds the shards' segments into rows once the global watermark has passed a
 * window, looks again at windows with late events, and deletes what can no longer change.
 *
 * Safe to call at any time, twice at once, and to kill anywhere: what it writes depends on the stored state alone.
 *
 * @param timeIsUp asked between panes; when it says yes the finalizer commits, wakes its successor, and returns.
 */
export async function finalizeView(
  view: ViewPlan,
  bucket: number,
  ports: FinalizePorts,
  timeIsUp: () => boolean = () => false,
): Promise<FinalizeResult> {
  const progress = await loadProgress(ports.state, view.key, bucket);
  // Checkpoints before markers before segments: whatever a checkpoint's watermark promises is looked for after it.
  const checkpoints = await listCheckpoints(ports.state, view.definition.stream.name);
  const snapshot = new ViewSnapshot(view, bucket, ports.state, checkpoints);
  const markers = await snapshot.readMarkers();
  const run = new FinalizeRun(view, bucket, ports, snapshot, markers);
  const result = (outcome: FinalizeResult['outcome']): FinalizeResult => ({
    outcome,
    panes: run.panes,
    rowsWritten: run.rowsWritten,
    watermarkMs: snapshot.watermarkMs,
  });
  if (!run.hasWork(progress)) return result('idle');
  try {
    await run.claim(progress);
    return result((await run.work(timeIsUp)) ? 'done' : 'more');
  } catch (error) {
    if (error instanceof FencedError) return result('fenced');
    throw error;
  }
}

class FinalizeRun {
  panes = 0;
  rowsWritten = 0;
  readonly #view: ViewPlan;
  readonly #bucket: number;
  readonly #ports: FinalizePorts;
  readonly #snapshot: ViewSnapshot;
  /** Markers of panes whose windows have ended: those of open windows wait. */
  readonly #markers: readonly Item[];
  /** Windows that end at or before this are final by the watermark. */
  readonly #boundaryMs: number;
  /** Panes that start before this can never change again by the watermark. */
  readonly #horizonMs: number;
  #progress: Progress | null = null;
  #fresh = false;

  constructor(view: ViewPlan, bucket: number, ports: FinalizePorts, snapshot: ViewSnapshot, markers: readonly Item[]) {
    const { window, allowedLatenessMs } = view.definition;
    this.#view = view;
    this.#bucket = bucket;
    this.#ports = ports;
    this.#snapshot = snapshot;
    this.#boundaryMs = windowStartOf(window, snapshot.watermarkMs);
    this.#horizonMs = windowStartOf(window, snapshot.watermarkMs - allowedLatenessMs);
    this.#markers = markers.filter((marker) => paneOf(marker.key) < this.#boundaryMs);
  }

  hasWork(progress: Progress): boolean {
    return (
      progress.held ||
      this.#boundaryMs > progress.finalizedToMs ||
      this.#horizonMs > progress.horizonMs ||
      this.#markers.length > 0
    );
  }

  /** Makes this the one finalizer whose rows count. Conditional on the progress that was read. */
  async claim(seen: Progress): Promise<void> {
    const unsettledEpoch = seen.held ? seen.version : seen.unsettledEpoch;
    this.#fresh = unsettledEpoch === 0;
    await this.#commit(seen, { ...seen, held: true, unsettledEpoch }, []);
  }

  /** False where time was up before all was done. */
  async work(timeIsUp: () => boolean): Promise<boolean> {
    await this.#deleteSegments(this.#current.sweptToMs, this.#current.horizonMs);
    const done = (await this.#refine(timeIsUp)) && (await this.#finalizeNew(timeIsUp));
    const before = this.#current;
    // Every pane with a marker was refined above, so the horizon may pass them; if time was up, it stays.
    const horizonMs = done ? Math.max(before.horizonMs, this.#horizonMs) : before.horizonMs;
    await this.#commit(before, { ...before, horizonMs, sweptToMs: before.horizonMs, held: false }, []);
    if (done) {
      await this.#deleteSegments(before.horizonMs, horizonMs);
      return true;
    }
    const deduplicationId = `continue#${this.#current.version}`;
    await this.#ports.queue.send([{ view: this.#view.key, bucket: this.#bucket, deduplicationId }]);
    return false;
  }

  /** Looks again at final windows that late events came into. */
  async #refine(timeIsUp: () => boolean): Promise<boolean> {
    for (let from = 0; from < this.#markers.length; from += MARKERS_PER_COMMIT) {
      if (timeIsUp()) return false;
      const markers = this.#markers.slice(from, from + MARKERS_PER_COMMIT);
      for (const startMs of new Set(markers.map((marker) => paneOf(marker.key)))) {
        if (this.#isFinalized(startMs)) await this.#finalizePane(startMs, false);
      }
      await this.#commit(this.#current, this.#current, markers.map(deletion));
    }
    const listed = new Set(this.#snapshot.listedMarkerPanes(this.#current.horizonMs, this.#horizonMs));
    for (const startMs of listed) {
      if (this.#isFinalized(startMs)) await this.#finalizePane(startMs, false);
    }
    return true;
  }

  /** Finalizes windows that the watermark has passed since, in the order of event time. */
  async #finalizeNew(timeIsUp: () => boolean): Promise<boolean> {
    let sinceCommit = 0;
    let cursorMs = this.#firstPaneToFinalize();
    for (;;) {
      const startMs = await this.#snapshot.nextPane(cursorMs, this.#boundaryMs);
      if (startMs === null) break;
      if (sinceCommit >= PANES_PER_COMMIT || timeIsUp()) {
        await this.#commit(this.#current, { ...this.#current, finalizedToMs: startMs }, []);
        if (timeIsUp()) return false;
        sinceCommit = 0;
      }
      await this.#finalizePane(startMs, this.#fresh);
      sinceCommit++;
      cursorMs = startMs + this.#view.definition.window.sizeMs;
    }
    if (this.#boundaryMs > this.#current.finalizedToMs) {
      await this.#commit(this.#current, { ...this.#current, finalizedToMs: this.#boundaryMs }, []);
    }
    return true;
  }

  async #finalizePane(startMs: number, fresh: boolean): Promise<void> {
    const groups = await this.#snapshot.readPane(startMs);
    const partial = startMs < this.#snapshot.completeFromMs;
    const { version: epoch, unsettledEpoch } = this.#current;
    const drafts = draftRows(this.#view, groups, startMs, partial);
    this.rowsWritten += await writeRows(this.#ports.results, drafts, { epoch, fresh, unsettledEpoch });
    this.panes++;
  }

  /** Deletes segments below the horizon. What a crash leaves behind is below the next horizon too. */
  async #deleteSegments(fromMs: number, toMs: number): Promise<void> {
    if (toMs <= fromMs) return;
    const keys = await this.#snapshot.segmentKeys(fromMs, toMs);
    if (keys.length > 0) await this.#ports.state.delete(keys);
  }

  #firstPaneToFinalize(): number {
    return Math.max(this.#current.finalizedToMs, this.#current.horizonMs);
  }

  /** Has rows that may need another look: finalized, and not yet gone. */
  #isFinalized(startMs: number): boolean {
    const { finalizedToMs, horizonMs } = this.#current;
    return startMs >= horizonMs && startMs < finalizedToMs;
  }

  get #current(): Progress {
    if (this.#progress === null) throw new Error('A finalizer works only after its claim.');
    return this.#progress;
  }

  async #commit(previous: Progress, next: Progress, deletions: readonly ItemWrite[]): Promise<void> {
    const version = previous.version + 1;
    const write = progressWrite(this.#view.key, this.#bucket, previous, { ...next, version });
    const outcome = await this.#ports.state.transact([write, ...deletions]);
    if (outcome.kind === 'conditionFailed') {
      throw new FencedError(
        `View '${this.#view.name}', bucket ${this.#bucket}: another finalizer went on from version ${previous.version}.`,
      );
    }
    this.#progress = { ...next, version };
  }
}

function deletion(marker: Item): ItemWrite {
  return { kind: 'delete', key: marker.key, condition: { kind: 'version', is: marker.version } };
}
