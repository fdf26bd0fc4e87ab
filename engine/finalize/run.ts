import type { ViewPlan } from '../plan/plan.ts';
import type { Clock, FinalizeQueue, ResultStore, StateStore } from '../ports/index.ts';
import type { Item, ItemWrite } from '../ports/state-store.ts';
import type { Fence } from '../protocol/fence.ts';
import type { DownstreamOutput } from './downstream-output.ts';
import { draftRows, type Row } from './drafts.ts';
import type { ViewSnapshot } from './snapshot.ts';
import { type RowCounts, type RowDraft, writeRows } from './write-rows.ts';

export interface FinalizePorts {
  readonly state: StateStore;
  readonly results: ResultStore;
  readonly queue: FinalizeQueue;
  readonly clock: Clock;
}

/** What one run of a finalizer works with, whatever the kind of window. */
export interface RunParts {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly ports: FinalizePorts;
  readonly snapshot: ViewSnapshot;
  readonly fence: Fence;
  readonly downstreamOutput: DownstreamOutput;
  /** Markers of panes that rows may have been made of. */
  readonly markers: readonly Item[];
  /** What is before this becomes final, as `closedUpTo` counts. */
  readonly closeUpToMs: number;
  /** Panes that start before this change no more. */
  readonly stateCutoffMs: number;
  readonly timeIsUp: () => boolean;
}

/** Markers that one transaction deletes: 100 items less the progress and room. */
const MARKERS_PER_COMMIT = 90;

/** The last final rows of a view without groups that a run tells of: more is for readers of the results. */
const MAX_FINAL_ROWS = 60;

/** One run of a finalizer, with what all kinds of windows need of it. */
export class FinalizeRun implements RunParts {
  panes = 0;
  rowsWritten = 0;
  rowsRevised = 0;
  /** End of the latest window that became final for the first time; null where none did. */
  finalToMs: number | null = null;
  /** Of a view without groups: its rows that became final for the first time, the last of them. */
  finalRows: readonly Row[] = [];
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly ports: FinalizePorts;
  readonly snapshot: ViewSnapshot;
  readonly fence: Fence;
  readonly downstreamOutput: DownstreamOutput;
  readonly markers: readonly Item[];
  readonly closeUpToMs: number;
  readonly stateCutoffMs: number;
  readonly timeIsUp: () => boolean;

  constructor(parts: RunParts) {
    this.view = parts.view;
    this.bucket = parts.bucket;
    this.ports = parts.ports;
    this.snapshot = parts.snapshot;
    this.fence = parts.fence;
    this.downstreamOutput = parts.downstreamOutput;
    this.markers = parts.markers;
    this.closeUpToMs = parts.closeUpToMs;
    this.stateCutoffMs = parts.stateCutoffMs;
    this.timeIsUp = parts.timeIsUp;
  }

  /**
   * Writes rows; `atMs` is where they stand among what is final, as `closedUpTo` counts: what nobody can have written
   * is not read first.
   */
  async write(rows: readonly Row[], atMs: number): Promise<void> {
    await this.writeRows(rows, atMs >= this.fence.progress.closedUpToMs && !this.isUnfinished(atMs));
  }

  /** `fresh`: nobody can have written these rows before. */
  async writeRows(rows: readonly Row[], fresh: boolean): Promise<void> {
    const { completeFromMs } = this.snapshot;
    await this.writeDrafts(
      draftRows(this.view, rows, (startMs) => startMs < completeFromMs),
      fresh,
    );
  }

  async writeDrafts(drafts: readonly RowDraft[], fresh: boolean): Promise<void> {
    const { version: epoch, unfinishedEpoch } = this.fence.progress;
    this.count(await writeRows(this.ports.results, drafts, { epoch, fresh, unfinishedEpoch }));
  }

  count({ written, revised }: RowCounts): void {
    this.rowsWritten += written;
    this.rowsRevised += revised;
  }

  /** Notes rows that are final and were not before. */
  noteFinal(rows: readonly Row[]): void {
    for (const { window } of rows) this.finalToMs = Math.max(this.finalToMs ?? window.endMs, window.endMs);
    if (this.view.definition.groupBy.length > 0) return;
    this.finalRows = [...this.finalRows, ...rows].slice(-MAX_FINAL_ROWS);
  }

  /** A finalizer that never finished may have written rows here, or may do so yet. */
  isUnfinished(atMs: number): boolean {
    const { unfinishedEpoch, unfinishedToMs } = this.fence.progress;
    return unfinishedEpoch > 0 && atMs < unfinishedToMs;
  }

  /** Changes progress, in a transaction with the rows that are handed to other views, and as many before as these need. */
  async commit(change: Parameters<Fence['commit']>[0]): Promise<void> {
    const parts = this.downstreamOutput.take();
    for (const part of parts.slice(0, -1)) await this.fence.commit({}, part);
    await this.fence.commit(change, parts.at(-1));
  }

  /** Deletes markers that were dealt with, in commits of progress: a marker that came meanwhile is another item. */
  async deleteMarkers(markers: readonly Item[]): Promise<void> {
    for (let from = 0; from < markers.length; from += MARKERS_PER_COMMIT) {
      await this.fence.commit({}, markers.slice(from, from + MARKERS_PER_COMMIT).map(deletion));
    }
  }
}

function deletion({ key, version }: Item): ItemWrite {
  return { kind: 'delete', key, condition: { kind: 'version', is: version } };
}
