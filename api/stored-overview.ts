import { loadAcknowledgements } from '../engine/alerts/acknowledgements.ts';
import { loadSilences } from '../engine/alerts/silences.ts';
import { mapSettled } from '../engine/async/map-settled.ts';
import { streamsOf } from '../engine/ir/source-definition.ts';
import { greatest, least } from '../engine/lists/extremes.ts';
import type { PipelinePlan, StreamPlan, ViewPlan } from '../engine/plan/plan.ts';
import type { Clock } from '../engine/ports/clock.ts';
import { readOpenIncidents } from '../engine/query/open-incidents.ts';
import { readOpenWindows } from '../engine/query/open-windows.ts';
import type { QueryPorts } from '../engine/query/query-ports.ts';
import { loadBehind } from '../engine/state/behind.ts';
import { addCounters, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { loadObservation } from '../engine/state/observation.ts';
import { loadProgress, type Progress } from '../engine/state/progress.ts';
import { loadShards, totalCountedLate, totalCounters } from '../engine/state/shard-rollup.ts';
import { loadViewSizes } from '../engine/state/view-sizes.ts';
import { globalWatermark } from '../engine/state/watermark.ts';
import { START_OF_TIME_MS } from '../engine/time/instant.ts';
import { foldStorms, incidentLines } from './incidents.ts';
import type { Overview, StreamState, ViewState } from './schemas/overview.ts';
import { ClosedCellsReader, openCells } from './stored-cells.ts';
import { rateOf, type SweptStream, sizeOf, stuckStream, stuckView } from './stored-sweeps.ts';
import { unknownOf } from './stored-unknown.ts';

export interface StoredOverviewOptions {
  readonly plan: PipelinePlan;
  readonly ports: QueryPorts;
  readonly clock: Clock;
  /** Since when the pipeline has counted. */
  readonly startedMs: () => Promise<number>;
  /** Whether open windows are in it: they are worked out of all segments of their panes. */
  readonly showsOpen: boolean;
}

/** How old what was read may be when it is told again: pages ask side by side, and one reading serves them. */
const FRESH_MS = 2000;
/** Without an arrival for so long a stream is quiet. */
const QUIET_AFTER_MS = 60_000;
const CONCURRENT_READS = 16;
const OPEN_WINDOWS = 3;
/** Rows that one reading of an overview takes, of all views and of one. */
const MAX_ROWS = { inAll: 20_000, ofView: 5000, leastOfView: 200 } as const;

/** What streams of the pipeline say of themselves and of their views. */
interface SeenStream extends SweptStream {
  readonly name: string;
  readonly state: StreamState;
  readonly countedLate: number;
  readonly generation: number;
  readonly hasRate: boolean;
}

interface SeenView {
  readonly name: string;
  readonly state: ViewState;
  readonly hasAllRows: boolean;
}

/**
 * The overview of a pipeline that other processes run, made of what they have committed and of what the last sweeps saw. Where a
 * figure would have to be counted anew, or asked of CloudWatch at a price for each question, it is null, and `unknown` says why.
 */
export class StoredOverview {
  readonly #options: StoredOverviewOptions;
  readonly #closed: ReadonlyMap<string, ClosedCellsReader>;
  #last: { readonly atMs: number; readonly reading: Promise<Overview> } | null = null;

  constructor(options: StoredOverviewOptions) {
    this.#options = options;
    const { plan, ports } = options;
    const share = Math.floor(MAX_ROWS.inAll / Math.max(1, plan.views.length));
    const maxRows = Math.max(MAX_ROWS.leastOfView, Math.min(MAX_ROWS.ofView, share));
    this.#closed = new Map(plan.views.map((view) => [view.name, new ClosedCellsReader(view, ports, maxRows)]));
  }

  async read(): Promise<Overview> {
    const now = this.#options.clock.nowMs();
    if (this.#last === null || now - this.#last.atMs >= FRESH_MS) {
      const reading = this.#read(now);
      this.#last = { atMs: now, reading };
      // A failure is told once, and not for as long as a reading is fresh.
      reading.catch(() => {
        this.#last = null;
      });
    }
    return { ...(await this.#last.reading), now };
  }

  async #read(now: number): Promise<Overview> {
    const { plan, ports, startedMs } = this.#options;
    const streams = await mapSettled(plan.streams, CONCURRENT_READS, (stream) => this.#stream(stream, now));
    const views = await mapSettled(plan.views, CONCURRENT_READS, (view) => this.#view(view, streams, now));
    const incidents = await readOpenIncidents(plan, ports);
    const silences = (await loadSilences(ports.state)).filter(({ toMs }) => toMs > now);
    return {
      now,
      started: await startedMs(),
      generation: greatest([0, ...streams.map(({ generation }) => generation)]),
      reload_error: null,
      health: healthOf(streams, views),
      counters: streams.map(({ state }) => state.counters).reduce(addCounters, NO_EVENTS),
      counted_late: streams.reduce((sum, { countedLate }) => sum + countedLate, 0),
      events_per_second: streams.reduce((sum, { state }) => sum + state.events_per_second, 0),
      cost: null,
      streams: Object.fromEntries(streams.map(({ name, state }) => [name, state])),
      views: Object.fromEntries(views.map(({ name, state }) => [name, state])),
      open_incidents: foldStorms(incidents).length,
      incidents: incidentLines(incidents, await loadAcknowledgements(ports.state)),
      silences: silences.length,
      unknown: unknownOf({ streams, views }),
    };
  }

  async #stream({ name }: StreamPlan, now: number): Promise<SeenStream> {
    const { state: store } = this.#options.ports;
    const [observation, behind, sizes] = await Promise.all([
      loadObservation(store, name),
      loadBehind(store, name),
      loadViewSizes(store, name),
    ]);
    const shards = await loadShards(store, name);
    const { checkpoints, rollup } = shards;
    const counters = totalCounters(shards);
    const latest = latestOf([rollup, ...checkpoints].map(({ latestEventMs }) => latestEventMs));
    const arrival = latestOf([rollup, ...checkpoints].map(({ clockArrivalMs }) => clockArrivalMs));
    const rate = rateOf(observation, counters.delivered, now);
    const state: StreamState = {
      watermark: known(globalWatermark(checkpoints)),
      latest_event: latest,
      last_arrival: arrival,
      events_per_second: rate ?? 0,
      counters,
      dead_by_reason: counters.dead === 0 ? {} : null,
      shards: checkpoints.filter(({ retired }) => !retired).length,
      waiting: null,
      producer_delay_ms: latest === null || arrival === null ? null : Math.max(0, arrival - latest),
      processing_delay_ms: null,
      idle: arrival === null || now - arrival > QUIET_AFTER_MS,
      replay: null,
      stuck: stuckStream(name, checkpoints, observation, now),
    };
    const generation = greatest([0, ...checkpoints.map((checkpoint) => checkpoint.generation)]);
    const countedLate = totalCountedLate(shards);
    return { name, state, countedLate, generation, behind, sizes, hasRate: rate !== null };
  }

  async #view(view: ViewPlan, streams: readonly SeenStream[], now: number): Promise<SeenView> {
    const { ports, showsOpen } = this.#options;
    const names = streamsOf(view.definition.source).map(({ name }) => name);
    const of = streams.filter(({ name }) => names.includes(name));
    const watermarks = of.map(({ state }) => state.watermark).filter((ms) => ms !== null);
    const watermarkMs = watermarks.length === 0 ? null : least(watermarks);
    const latestEventMs = latestOf(of.map(({ state }) => state.latest_event));
    // Open windows first: one that closes meanwhile is seen twice, and not missed.
    const open = showsOpen ? openCells(view, await readOpenWindows(view, ports, OPEN_WINDOWS), latestEventMs) : null;
    const progress = await this.#progressOf(view);
    // Every commit of a finalizer raises it, and there are no rows without one.
    const version = progress.reduce((sum, { version: ofBucket }) => sum + ofBucket, 0);
    const reader = this.#closed.get(view.name) as ClosedCellsReader;
    const closed = await reader.read(version, watermarkMs, now);
    const size = sizeOf(view, of);
    const state: ViewState = {
      closed_up_to: known(least(progress.map(({ closedUpToMs }) => closedUpToMs))),
      open_windows: size?.openWindows ?? open?.length ?? null,
      rows: closed.rows,
      rows_per_minute: null,
      state_bytes: size?.stateBytes ?? null,
      version,
      cells: Object.fromEntries([...(open ?? []), ...closed.cells]),
      stuck: stuckView(view, progress, of, now),
    };
    return { name: view.name, state, hasAllRows: closed.isAll };
  }

  #progressOf({ key, definition }: ViewPlan): Promise<readonly Progress[]> {
    const buckets = Array.from({ length: definition.buckets }, (_, bucket) => bucket);
    return mapSettled(buckets, CONCURRENT_READS, (bucket) => loadProgress(this.#options.ports.state, key, bucket));
  }
}

function healthOf(streams: readonly SeenStream[], views: readonly SeenView[]): Overview['health'] {
  const nothing = { view: null, stream: null, waiting: null, done_in_ms: null };
  const stream = streams.find(({ state }) => state.stuck !== null);
  if (stream !== undefined) return { ...nothing, state: 'stuck', stream: stream.name };
  const view = views.find(({ state }) => state.stuck !== null);
  if (view !== undefined) return { ...nothing, state: 'stuck', view: view.name };
  if (streams.every(({ state }) => state.counters.delivered === 0)) {
    return { ...nothing, state: 'waiting_for_first_event' };
  }
  return { ...nothing, state: streams.every(({ state }) => state.idle) ? 'quiet' : 'running' };
}

function latestOf(times: readonly (number | null)[]): number | null {
  const there = times.filter((ms) => ms !== null);
  return there.length === 0 ? null : greatest(there);
}

function known(ms: number): number | null {
  return ms <= START_OF_TIME_MS ? null : ms;
}
