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
import { addCounters, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { loadProgress, type Progress } from '../engine/state/progress.ts';
import { loadShards, totalCountedLate, totalCounters } from '../engine/state/shard-rollup.ts';
import { globalWatermark } from '../engine/state/watermark.ts';
import { START_OF_TIME_MS } from '../engine/time/instant.ts';
import { foldStorms, incidentLines } from './incidents.ts';
import { RateMeter } from './rate-meter.ts';
import type { Overview, StreamState, ViewState } from './schemas/overview.ts';
import { openCells, readClosedCells } from './stored-cells.ts';

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
/** Batches come every few seconds, so a rate is of a minute. */
const RATE_OVER_MS = 60_000;
/** Without an arrival for so long a stream is quiet. */
const QUIET_AFTER_MS = 60_000;
const CONCURRENT_READS = 16;
const OPEN_WINDOWS = 3;

/**
 * The overview of a pipeline that other processes run, made of what they have committed. Rates are of what this process has
 * seen since it began to look, so they are 0 at first. What only the processes themselves know is not in it: what waits to be
 * read, how many rows are stored a minute, how many events are dead by reason, what it costs.
 */
export class StoredOverview {
  readonly #options: StoredOverviewOptions;
  readonly #events = new Map<string, RateMeter>();
  #last: { readonly atMs: number; readonly reading: Promise<Overview> } | null = null;

  constructor(options: StoredOverviewOptions) {
    this.#options = options;
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
    const states = new Map(streams.map(({ name, state }) => [name, state]));
    const views = await mapSettled(plan.views, CONCURRENT_READS, async (view) => {
      return [view.name, await this.#view(view, states)] as const;
    });
    const incidents = await readOpenIncidents(plan, ports);
    const silences = (await loadSilences(ports.state)).filter(({ toMs }) => toMs > now);
    return {
      now,
      started: await startedMs(),
      generation: greatest([0, ...streams.map(({ generation }) => generation)]),
      reload_error: null,
      health: { state: healthOf([...states.values()]), view: null, waiting: null, done_in_ms: null },
      counters: streams.map(({ state }) => state.counters).reduce(addCounters, NO_EVENTS),
      counted_late: streams.reduce((sum, { countedLate }) => sum + countedLate, 0),
      events_per_second: streams.reduce((sum, { state }) => sum + state.events_per_second, 0),
      cost: null,
      streams: Object.fromEntries(states),
      views: Object.fromEntries(views),
      open_incidents: foldStorms(incidents).length,
      incidents: incidentLines(incidents, await loadAcknowledgements(ports.state)),
      silences: silences.length,
    };
  }

  async #stream({ name }: StreamPlan, now: number) {
    const shards = await loadShards(this.#options.ports.state, name);
    const { checkpoints, rollup } = shards;
    const counters = totalCounters(shards);
    const [latest, arrival] = [
      latestOf([rollup, ...checkpoints].map(({ latestEventMs }) => latestEventMs)),
      latestOf([rollup, ...checkpoints].map(({ clockArrivalMs }) => clockArrivalMs)),
    ];
    const meter = this.#events.get(name) ?? new RateMeter(RATE_OVER_MS);
    this.#events.set(name, meter);
    const state: StreamState = {
      watermark: known(globalWatermark(checkpoints)),
      latest_event: latest,
      last_arrival: arrival,
      events_per_second: meter.update(counters.delivered, now),
      counters,
      dead_by_reason: {},
      shards: checkpoints.filter(({ retired }) => !retired).length,
      waiting: null,
      producer_delay_ms: latest === null || arrival === null ? null : Math.max(0, arrival - latest),
      processing_delay_ms: null,
      idle: arrival === null || now - arrival > QUIET_AFTER_MS,
      replay: null,
    };
    const generation = greatest([0, ...checkpoints.map((checkpoint) => checkpoint.generation)]);
    return { name, state, countedLate: totalCountedLate(shards), generation };
  }

  async #view(view: ViewPlan, streams: ReadonlyMap<string, StreamState>): Promise<ViewState> {
    const { ports, showsOpen } = this.#options;
    const of = streamsOf(view.definition.source).flatMap(({ name }) => streams.get(name) ?? []);
    const watermarks = of.map(({ watermark }) => watermark).filter((ms) => ms !== null);
    const watermarkMs = watermarks.length === 0 ? null : least(watermarks);
    const latestEventMs = latestOf(of.map(({ latest_event }) => latest_event));
    // Open windows first: one that closes meanwhile is seen twice, and not missed.
    const open = showsOpen ? openCells(view, await readOpenWindows(view, ports, OPEN_WINDOWS), latestEventMs) : null;
    const progress = await this.#progressOf(view);
    const closed = await readClosedCells(view, ports, watermarkMs);
    return {
      closed_up_to: known(least(progress.map(({ closedUpToMs }) => closedUpToMs))),
      open_windows: open?.length ?? null,
      rows: closed.rows,
      rows_per_minute: null,
      state_bytes: null,
      // Every commit of a finalizer raises it, and there are no rows without one.
      version: progress.reduce((sum, { version }) => sum + version, 0),
      cells: Object.fromEntries([...(open ?? []), ...closed.cells]),
      stuck: null,
    };
  }

  #progressOf({ key, definition }: ViewPlan): Promise<readonly Progress[]> {
    const buckets = Array.from({ length: definition.buckets }, (_, bucket) => bucket);
    return mapSettled(buckets, CONCURRENT_READS, (bucket) => loadProgress(this.#options.ports.state, key, bucket));
  }
}

function healthOf(streams: readonly StreamState[]): Overview['health']['state'] {
  if (streams.every(({ counters }) => counters.delivered === 0)) return 'waiting_for_first_event';
  return streams.every(({ idle }) => idle) ? 'quiet' : 'running';
}

function latestOf(times: readonly (number | null)[]): number | null {
  const there = times.filter((ms) => ms !== null);
  return there.length === 0 ? null : greatest(there);
}

function known(ms: number): number | null {
  return ms <= START_OF_TIME_MS ? null : ms;
}
