import { foldStorms, incidentLines } from '../../api/incidents.ts';
import { RateMeter } from '../../api/rate-meter.ts';
import type { Cell, Overview, StreamState, ViewState } from '../../api/schemas/overview.ts';
import type { Acknowledgement } from '../../engine/alerts/acknowledgements.ts';
import { latenessOf, streamsOf } from '../../engine/ir/source-definition.ts';
import { greatest } from '../../engine/lists/extremes.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { OpenIncident } from '../../engine/query/open-incidents.ts';
import { addCounters, NO_EVENTS } from '../../engine/state/checkpoint.ts';
import type { LiveStatus, StreamStatus, ViewStatus, WindowStatus } from '../live-status.ts';

/** What a month costs on AWS at a rate, as the cost model reckons; null where it cannot tell. */
export type CostAt = (
  eventsPerSecond: number,
) => { readonly dollars_per_million: number; readonly dollars_per_day: number } | null;

export interface OverviewFacts {
  readonly plan: PipelinePlan;
  readonly status: LiveStatus;
  readonly incidents: readonly OpenIncident[];
  readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
  /** How many are on. */
  readonly silences: number;
}

/** Records that wait beyond these make a backlog, and no mere moment. */
const BACKLOG_RECORDS = 5_000;
/** Without an arrival for so long a stream is quiet. */
const QUIET_AFTER_MS = 30_000;
const MINUTE_MS = 60_000;

/**
 * Makes the page's overview of what the runtime says, once a second. It remembers what only shows over time: rates, and when
 * the last event came.
 */
export class OverviewMaker {
  readonly #startedMs: number;
  readonly #costAt: CostAt;
  readonly #rows = new Map<string, { readonly meter: RateMeter; readonly perMinute: number }>();
  readonly #arrivals = new Map<string, { readonly delivered: number; readonly atMs: number }>();

  constructor(startedMs: number, costAt: CostAt = () => null) {
    this.#startedMs = startedMs;
    this.#costAt = costAt;
  }

  make({ plan, status, incidents, acknowledgements, silences }: OverviewFacts): Overview {
    this.observe(status);
    const { nowMs, streams } = status;
    const counters = streams.map((stream) => stream.counters).reduce(addCounters, NO_EVENTS);
    const rate = streams.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0);
    const streamStates = Object.fromEntries(streams.map((stream) => [stream.name, this.#stream(stream, nowMs)]));
    const views = Object.fromEntries(status.views.map((view) => [view.name, this.#view(view, plan, streams)]));
    const cost = rate > 0 ? this.#costAt(roundRate(rate)) : null;
    return {
      now: nowMs,
      started: this.#startedMs,
      generation: status.generation ?? 1,
      reload_error: status.reload?.state === 'failed' ? status.reload.message : null,
      health: healthOf(status, streamStates, rate),
      counters,
      counted_late: streams.reduce((sum, { countedLate }) => sum + countedLate, 0),
      events_per_second: rate,
      cost,
      streams: streamStates,
      views,
      open_incidents: foldStorms(incidents).length,
      incidents: incidentLines(incidents, acknowledgements),
      silences,
      unknown: unknownOf(views, cost),
    };
  }

  /** To be told of each status, also while nobody reads: what shows over time is right when somebody does. */
  observe({ nowMs, streams, views }: LiveStatus): void {
    for (const { name, counters } of streams) {
      if (this.#arrivals.get(name)?.delivered === counters.delivered) continue;
      this.#arrivals.set(name, { delivered: counters.delivered, atMs: nowMs });
    }
    for (const { name, finalRows } of views) {
      const meter = this.#rows.get(name)?.meter ?? new RateMeter(MINUTE_MS);
      this.#rows.set(name, { meter, perMinute: 60 * meter.update(finalRows, nowMs) });
    }
  }

  #stream(stream: StreamStatus, nowMs: number): StreamState {
    const { name, counters, shards, replay } = stream;
    const arrivedMs = counters.delivered === 0 ? null : (this.#arrivals.get(name)?.atMs ?? null);
    return {
      watermark: stream.watermarkMs,
      latest_event: stream.latestEventMs,
      last_arrival: arrivedMs,
      events_per_second: stream.eventsPerSecond,
      counters,
      dead_by_reason: { ...stream.deadByReason },
      shards: shards.length,
      waiting: waitingOf(stream),
      // Of a replay the way from an event to its arrival is years, and says nothing of the producers.
      producer_delay_ms:
        replay !== null || stream.latestEventMs === null || arrivedMs === null
          ? null
          : Math.max(0, arrivedMs - stream.latestEventMs),
      processing_delay_ms: stream.eventsPerSecond > 0 ? (1000 * waitingOf(stream)) / stream.eventsPerSecond : 0,
      idle: arrivedMs === null || nowMs - arrivedMs > QUIET_AFTER_MS,
      replay: replay && {
        file: replay.file,
        sent: replay.sent,
        total: replay.total,
        per_second: replay.eventsPerSecond,
        done: replay.done,
      },
      // Who reads the streams of one machine is this process: where it does not, nobody answers either.
      stuck: null,
    };
  }

  #view(view: ViewStatus, plan: PipelinePlan, streams: readonly StreamStatus[]): ViewState {
    const found = plan.views.find(({ name }) => name === view.name);
    const watermarkMs = leastWatermark(found, streams);
    const latenessMs = found === undefined ? 0 : latenessOf(found.definition);
    const eventClockMs = greatest([
      ...streams.map(({ latestEventMs }) => latestEventMs ?? Number.NEGATIVE_INFINITY),
      Number.NEGATIVE_INFINITY,
    ]);
    // A window that closes while they are read is in both: what is stored counts.
    const cells = [
      ...view.open.map((window) =>
        cellEntry(window, window.endMs <= eventClockMs ? ('ended' as const) : ('filling' as const)),
      ),
      ...view.closed.map((window) => cellEntry(window, closedState(window, watermarkMs, latenessMs))),
    ];
    return {
      closed_up_to: view.closedUpToMs,
      open_windows: view.state?.openWindows ?? view.open.length,
      rows: view.finalRows,
      rows_per_minute: this.#rows.get(view.name)?.perMinute ?? 0,
      state_bytes: view.state?.bytes ?? null,
      version: view.changes,
      cells: Object.fromEntries(cells),
      stuck: view.stuck && { since: view.stuck.sinceMs, code: 'not_closing', detail: view.stuck.detail },
    };
  }
}

function unknownOf(views: Overview['views'], cost: Overview['cost']): Overview['unknown'] {
  const isSizeUnknown = Object.values(views).some(({ state_bytes }) => state_bytes === null);
  return {
    ...(isSizeUnknown && {
      'views.state_bytes': 'The state is larger than the 32 MB that are read for it, or was not read yet.',
    }),
    ...(cost === null && { cost: 'It is reckoned from the rate of events, and none come now.' }),
  };
}

/** So that the cost is not reckoned anew for each event more: two digits say enough. */
function roundRate(rate: number): number {
  return Number(rate.toPrecision(2));
}

function waitingOf({ shards, replay }: StreamStatus): number {
  const lag = shards.reduce((sum, shard) => sum + shard.lag, 0);
  return replay === null ? lag : Math.min(lag, replay.total);
}

function leastWatermark(view: ViewPlan | undefined, streams: readonly StreamStatus[]): number | null {
  if (view === undefined) return null;
  const names = streamsOf(view.definition.source).map(({ name }) => name);
  const of = streams.filter(({ name }) => names.includes(name));
  return of
    .map(({ watermarkMs }) => watermarkMs)
    .reduce<number | null>((least, ms) => (ms === null ? least : Math.min(least ?? ms, ms)), null);
}

function closedState({ endMs }: WindowStatus, watermarkMs: number | null, latenessMs: number): Cell['state'] {
  return latenessMs > 0 && watermarkMs !== null && endMs + latenessMs > watermarkMs ? 'revisable' : 'final';
}

function cellEntry({ startMs, endMs, groups, value, revision, was, worst }: WindowStatus, state: Cell['state']) {
  return [String(startMs), { end: endMs, state, value, groups, revision, was, worst }] as const;
}

function healthOf(
  { streams, views, nowMs }: LiveStatus,
  states: Readonly<Record<string, StreamState>>,
  rate: number,
): Overview['health'] {
  const waiting = streams.reduce((sum, stream) => sum + waitingOf(stream), 0);
  const nothing = { view: null, stream: null, waiting, done_in_ms: null };
  const stuck = views.find((view) => view.stuck !== null);
  if (stuck !== undefined) return { state: 'stuck', ...nothing, view: stuck.name };
  const replays = streams.flatMap(({ replay }) => (replay === null ? [] : [replay]));
  if (streams.every(({ counters }) => counters.delivered === 0) && replays.every(({ done }) => done)) {
    return { state: 'waiting_for_first_event', ...nothing };
  }
  if (waiting > BACKLOG_RECORDS) {
    return {
      state: 'catching_up',
      ...nothing,
      done_in_ms: rate > 0 ? Math.round((1000 * waiting) / rate) : null,
    };
  }
  if (replays.some(({ done }) => !done)) return { state: 'replaying', ...nothing };
  const arrived = Object.values(states).map(({ last_arrival: atMs }) => atMs ?? Number.NEGATIVE_INFINITY);
  const isQuiet = arrived.every((atMs) => nowMs - atMs > QUIET_AFTER_MS);
  if (replays.length > 0 && rate === 0) return { state: 'replay_finished', ...nothing };
  return { state: isQuiet ? 'quiet' : 'running', ...nothing };
}
