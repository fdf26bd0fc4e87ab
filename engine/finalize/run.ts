import type { GroupTable } from '../codec/group-table.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowWindow } from '../plan/row.ts';
import type { Clock, FinalizeQueue, PageStore, Pause, ResultStore, StateStore } from '../ports/index.ts';
import type { Item, ItemWrite } from '../ports/state-store.ts';
import type { Fence } from '../protocol/fence.ts';
import { paneOf } from '../state/keys.ts';
import { ViewPages } from '../state/pages.ts';
import type { Pass } from '../state/pass.ts';
import { NOTHING_REPEATED, type Repeated } from '../state/progress.ts';
import { goesByGroup } from './by-group.ts';
import type { Row } from './drafts.ts';
import { sumOf } from './folding.ts';
import type { AlertsOutput } from './outputs/alerts.ts';
import type { DownstreamOutput, TimedRow } from './outputs/downstream.ts';
import { MetricsOutput } from './outputs/metrics.ts';
import type { Emission, Output } from './outputs/output.ts';
import { ResultsOutput } from './outputs/results.ts';
import { MAX_PAGE_BYTES } from './page-cut.ts';
import { gapOf } from './session.ts';
import type { SessionTable } from './session-table.ts';
import type { ViewSnapshot } from './snapshot.ts';

export interface FinalizePorts {
  readonly state: StateStore;
  readonly pages: PageStore;
  readonly results: ResultStore;
  readonly queue: FinalizeQueue;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** What a call holds in memory of states that are carried from row to row. */
export interface MemoryLimits {
  /** States of more stored bytes than this are gone through page by page. */
  readonly stateBytes: number;
  /** So are new ones that may come to this much a group. */
  readonly largeStateBytes: number;
  /** Of these, so much is to be a page. */
  readonly pageBytes: number;
  /** Of pages that are held at a time. */
  readonly batchBytes: number;
  /** Rows of windows that are read before the pages are gone through, but for those of one window. */
  readonly chunkRows: number;
}

export const MEMORY_LIMITS: MemoryLimits = {
  stateBytes: 16_000_000,
  largeStateBytes: 1024,
  pageBytes: MAX_PAGE_BYTES,
  batchBytes: 4_000_000,
  chunkRows: 500_000,
};

/** What one call of a finalizer works with, whatever the kind of window. */
export interface RunParts {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly ports: FinalizePorts;
  readonly snapshot: ViewSnapshot;
  readonly fence: Fence;
  readonly downstream: DownstreamOutput;
  /** Null where the view has no alerts. */
  readonly alerts: AlertsOutput | null;
  readonly pass: Pass;
  /** The pass has paused before: this call goes on with it. */
  readonly isResumed: boolean;
  /** Markers of the pass. */
  readonly markers: readonly Item[];
  /** Null where a call has all the time that it needs. */
  readonly timeIsUp: (() => boolean) | null;
  readonly limits: MemoryLimits;
}

/** What one read unit of DynamoDB reads. */
const READ_UNIT_BYTES = 4096;

type ProgressChange = Omit<Parameters<Fence['commit']>[0], 'manifest'>;

/** Markers that one transaction deletes: 100 items less the progress and room. */
const MARKERS_PER_COMMIT = 90;

/** One call of a finalizer, with what all kinds of windows need of it. */
export class FinalizeRun {
  panes = 0;
  /** Events that a join's bound on a key cut, in panes that were gone through for the first time. */
  droppedEvents = 0;
  /** Partial matches that a pattern's bound dropped, in panes that were gone through for the first time. */
  droppedMatches = 0;
  /** All windows that start before this have gone to the outputs. */
  reachedMs: number;
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly ports: FinalizePorts;
  readonly snapshot: ViewSnapshot;
  readonly fence: Fence;
  readonly pass: Pass;
  readonly isResumed: boolean;
  readonly markers: readonly Item[];
  readonly limits: MemoryLimits;
  readonly carriedPages: ViewPages;
  readonly results: ResultsOutput;
  readonly downstream: DownstreamOutput;
  readonly metrics: MetricsOutput;
  readonly alerts: AlertsOutput | null;
  readonly #outputs: readonly Output[];
  readonly #timeIsUp: (() => boolean) | null;
  readonly #repeatedBeforeMs: number;
  #repeated = NOTHING_REPEATED;
  #waiting = NOTHING_REPEATED;
  #steps = 0;
  #serial = 0;

  constructor(parts: RunParts) {
    this.view = parts.view;
    this.bucket = parts.bucket;
    this.ports = parts.ports;
    this.snapshot = parts.snapshot;
    this.fence = parts.fence;
    this.pass = parts.pass;
    this.isResumed = parts.isResumed;
    this.markers = parts.markers;
    this.limits = parts.limits;
    this.carriedPages = new ViewPages(parts.ports.pages, 'carried', parts.view.key, parts.bucket);
    this.results = new ResultsOutput(parts.view, parts.ports, parts.fence, parts.snapshot);
    this.downstream = parts.downstream;
    this.metrics = new MetricsOutput(parts.view);
    this.alerts = parts.alerts;
    // The rows of a join are there for other views alone.
    const own = parts.view.log === null ? [this.results, this.metrics] : [];
    this.#outputs = [...own, this.downstream, ...(this.alerts === null ? [] : [this.alerts])];
    this.reachedMs = parts.pass.cursor.fromMs;
    this.#timeIsUp = parts.timeIsUp;
    const { closedUpToMs } = parts.fence.progress;
    // Rows that can still change are gone through again in any case, where no head is kept.
    this.#repeatedBeforeMs = goesByGroup(parts.view) ? closedUpToMs : Math.min(closedUpToMs, parts.pass.settledMs);
  }

  /** What this call has gone through again. */
  get repeated(): Repeated {
    return this.#repeated;
  }

  /** What the next call will go through again unless the state cutoff moves. */
  get waiting(): Repeated {
    return this.#waiting;
  }

  /** Counts rows of a window or a pane, which a pass before this one may have gone through, and the next one may. */
  countRows(startMs: number, rows: number, bytes: number): void {
    const counted = { rows, readUnits: Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) };
    if (startMs < this.#repeatedBeforeMs) this.#repeated = sumOf(this.#repeated, counted);
    if (startMs < this.pass.settledMs) this.#waiting = sumOf(this.#waiting, counted);
  }

  /** Panes that late events of the pass came into. */
  get markedPanes(): ReadonlySet<number> {
    return new Set([...this.markers.map(({ key }) => paneOf(key)), ...this.pass.listedPanes]);
  }

  /** Rows go to every output. */
  async emit(emission: Emission): Promise<void> {
    const kept = this.#kept(emission);
    for (const output of this.#outputs) await output.emit(kept);
  }

  /** Whether rows of a table go to the results alone, and as they lie there. Those of a view without groups are shown as metrics too. */
  get takesTables(): boolean {
    const { downstream, definition } = this.view;
    return this.isOrderFree && downstream.length === 0 && definition.groupBy.length > 0 && this.results.takesTables;
  }

  /** The rows of all groups of a window, which are final for the first time, go to the results: `takesTables` says whether they can. */
  async emitTable(table: GroupTable, window: RowWindow): Promise<void> {
    await this.results.appendTable(table, window);
    if (table.size > 0) this.metrics.noteFinal(window.endMs);
  }

  /** The same of sessions that are final for the first time. */
  async emitSessions(table: SessionTable, sessions: readonly number[]): Promise<void> {
    await this.results.appendSessions(table, sessions);
    const gapMs = gapOf(this.view);
    for (const session of sessions) this.metrics.noteFinal(table.lastMs(session) + gapMs);
  }

  /** Rows that change no more go to the views that take them. */
  async handDown(rows: readonly TimedRow[], startMs: number, views?: readonly ViewPlan[]): Promise<void> {
    const { definition, rows: plan } = this.view;
    const kept = definition.having === undefined ? rows : rows.filter(({ values }) => plan.keeps(values));
    if (kept.length > 0) await this.downstream.add(kept, { startMs, isCareful: this.isUnfinished(startMs) }, views);
  }

  /** Without rows that the view leaves out. One of them may have been a row in an earlier revision. */
  #kept(emission: Emission): Emission {
    if (this.view.definition.having === undefined) return emission;
    const [rows, gone] = [[] as Row[], [...emission.gone]];
    for (const row of emission.rows) {
      if (this.view.rows.keeps(row.values)) rows.push(row);
      else if (!emission.isFresh) gone.push(row);
    }
    return { ...emission, rows, gone };
  }

  /** Whether to pause before the next step. The first step of a call is done whatever the clock says: any budget ends. */
  mustPause(): boolean {
    return this.#timeIsUp !== null && this.#steps++ > 0 && this.#timeIsUp();
  }

  /** Whether the order of groups within a window is free: the call goes through all of them, and no number is given by order. */
  get isOrderFree(): boolean {
    return this.#timeIsUp === null && this.alerts === null;
  }

  /** Tells pages that this call writes apart. */
  readonly nextSerial = (): number => ++this.#serial;

  /** A finalizer that never finished may have written rows here, or may do so yet. */
  isUnfinished(atMs: number): boolean {
    const { unfinishedEpoch, unfinishedToMs } = this.fence.progress;
    return unfinishedEpoch > 0 && atMs < unfinishedToMs;
  }

  /** Changes progress, in a transaction with the rows that are handed to other views, and as many before as these need. */
  async commit(change: ProgressChange): Promise<void> {
    await this.#commit({ ...change, ...(await this.alerts?.commit({ upToMs: this.reachedMs, settledMs: null })) });
  }

  async #commit(change: ProgressChange, writes: readonly ItemWrite[] = []): Promise<void> {
    const parts = this.downstream.take(this.fence.nextVersion);
    for (const part of parts.slice(0, -1)) await this.fence.commit({}, part);
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && writes.length > 0) await this.fence.commit({}, last);
    await this.fence.commit(change, writes.length > 0 ? writes : last);
  }

  /** Deletes the markers of the pass; the last of them go with the commit that ends it. */
  async commitEnd(change: ProgressChange): Promise<void> {
    const { closeUpToMs, settledMs } = this.pass;
    // With the first of them: no later pass looks again at the windows of a marker that is gone.
    const alerts = await this.alerts?.commit({ upToMs: closeUpToMs, settledMs });
    const deletions = this.markers.map(deletion);
    let from = 0;
    for (; deletions.length - from > MARKERS_PER_COMMIT; from += MARKERS_PER_COMMIT) {
      await this.#commit({ ...alerts }, deletions.slice(from, from + MARKERS_PER_COMMIT));
    }
    await this.#commit({ ...change, ...alerts }, deletions.slice(from));
  }
}

function deletion({ key, version }: Item): ItemWrite {
  return { kind: 'delete', key, condition: { kind: 'version', is: version } };
}
