import type { Overview } from '../../../../api/schemas/overview.ts';
import type { PipelineDescription } from '../../../../api/schemas/pipeline.ts';
import type { IconName } from '../../components/icon-name.ts';
import { formatBytes, formatDollars, formatFull, formatRate } from '../../format/numbers.ts';
import { formatClock, formatDate, formatDuration, type Zone } from '../../format/times.ts';
import type { GraphEdge, GraphNode } from './graph.ts';

/** What a node says of itself, the same in the drawing, beside it and in the list. */

export const MODES = ['rates', 'watermarks', 'state', 'cost'] as const;
export type Mode = (typeof MODES)[number];

export interface Picture {
  readonly described: PipelineDescription;
  readonly shown: Overview;
  readonly zone: Zone;
  /** The clock that the data's times are told by. */
  readonly nowMs: number;
}

export interface NodeFacts {
  /** What kind of thing it is: `stream`, `tumbling, 5 min by path`. */
  readonly kind: string;
  /** What the mode asks for. */
  readonly fact: string;
  /** Up to when it is closed, or its watermark; null where it has none. */
  readonly time: string | null;
  readonly more: string;
  readonly health: IconName;
  /** What the shape of its health means. */
  readonly healthWords: string;
  readonly isIdle: boolean;
}

export function factsOf(node: GraphNode, mode: Mode, picture: Picture): NodeFacts {
  switch (node.kind) {
    case 'stream':
      return streamFacts(node.name, mode, picture);
    case 'view':
      return viewFacts(node.name, mode, picture);
    case 'results': {
      const views = Object.values(picture.shown.views);
      const rates = views.flatMap(({ rows_per_minute }) => (rows_per_minute === null ? [] : [rows_per_minute]));
      const perMinute = rates.length < views.length ? null : rates.reduce((sum, rate) => sum + rate, 0);
      const rows = Object.values(picture.shown.views).reduce((sum, view) => sum + view.rows, 0);
      return output('output, table', rowRateWords(perMinute, 'rows written'), `${formatFull(rows)} rows`);
    }
    case 'channel': {
      const open = picture.shown.open_incidents;
      return output('output, alerts', `${formatFull(open)} ${open === 1 ? 'alert' : 'alerts'} open`, '');
    }
    case 'side_outputs': {
      const { dead, late } = picture.shown.counters;
      return output('side output', `${formatFull(dead)} dead, ${formatFull(late)} late`, 'kept with their bytes');
    }
  }
}

function output(kind: string, fact: string, more: string): NodeFacts {
  return { kind, fact, time: null, more, health: 'well', healthWords: 'well', isIdle: false };
}

function streamFacts(name: string, mode: Mode, { shown, zone, nowMs }: Picture): NodeFacts {
  const state = shown.streams[name];
  if (state === undefined) return unknown('stream');
  const lag = state.processing_delay_ms === null ? '' : `, lag ${formatDuration(state.processing_delay_ms)}`;
  const shards = `${formatFull(state.shards)} ${state.shards === 1 ? 'shard' : 'shards'}${lag}`;
  const behind =
    state.watermark === null ? 'no watermark yet' : `${formatDuration(Math.max(0, nowMs - state.watermark))} behind`;
  const byMode: Readonly<Record<Mode, string>> = {
    rates: rateOf(state.events_per_second, 'events'),
    watermarks: behind,
    state: `${formatFull(state.counters.accepted)} events accepted`,
    cost: `${formatFull(state.counters.delivered)} events delivered`,
  };
  return {
    kind: 'stream',
    fact: byMode[mode],
    time: state.watermark === null ? null : timeWords(state.watermark, zone, nowMs),
    more: state.idle ? 'idle' : shards,
    health: state.idle ? 'unknown' : 'well',
    healthWords: state.idle ? 'idle' : 'well',
    isIdle: state.idle,
  };
}

function viewFacts(name: string, mode: Mode, { described, shown, zone, nowMs }: Picture): NodeFacts {
  const state = shown.views[name];
  const kind = described.views.find((view) => view.name === name)?.words ?? 'view';
  if (state === undefined) return unknown(kind);
  const bytes = state.state_bytes === null ? 'state not known' : `${formatBytes(state.state_bytes)} state`;
  const closed = state.closed_up_to;
  const byMode: Readonly<Record<Mode, string>> = {
    rates: `${rowRateWords(state.rows_per_minute, 'rows')}, ${bytes}`,
    watermarks:
      closed === null ? 'nothing closed yet' : `closed up to ${formatDuration(Math.max(0, nowMs - closed))} ago`,
    state: `${bytes}, ${formatFull(state.rows)} rows`,
    cost: rowRateWords(state.rows_per_minute, 'rows written'),
  };
  const worst = Object.values(shown.incidents).find((incident) => incident.view === name && !incident.acknowledged);
  const health: IconName =
    state.stuck !== null
      ? 'critical'
      : worst === undefined
        ? 'well'
        : worst.severity === 'critical'
          ? 'critical'
          : 'warning';
  return {
    kind,
    fact: byMode[mode],
    time: closed === null ? null : timeWords(closed, zone, nowMs),
    more: state.open_windows === null ? '' : `${formatFull(state.open_windows)} open`,
    health,
    healthWords: state.stuck !== null ? 'does not close' : worst === undefined ? 'well' : `alert ${worst.alert}`,
    isIdle: false,
  };
}

function unknown(kind: string): NodeFacts {
  return { kind, fact: 'not known', time: null, more: '', health: 'unknown', healthWords: 'not known', isIdle: false };
}

/** What goes along an edge: events of a stream, rows of a view; of alerts and side outputs there are counts only. */
export function edgeRate({ from, kind }: GraphEdge, shown: Overview): number | null {
  const name = from.slice(from.indexOf(':') + 1);
  if (kind === 'events') return shown.streams[name]?.events_per_second ?? 0;
  if (kind !== 'rows') return null;
  const perMinute = shown.views[name]?.rows_per_minute ?? null;
  return perMinute === null ? null : perMinute / 60;
}

function rowRateWords(perMinute: number | null, what: string): string {
  return perMinute === null ? `rate of ${what} not known` : rateOf(perMinute / 60, what);
}

/** `41.8 events/s`, `2 rows written/min`; without what it is of `41.8/s`. */
export function rateOf(perSecond: number, what = ''): string {
  const { value, unit } = formatRate(perSecond);
  return what === '' ? `${value}${unit}` : `${value} ${what}${unit}`;
}

/** 18:34:39, with the date where it is not the day at hand. */
export function timeWords(ms: number, zone: Zone, nowMs: number): string {
  const [date, clock] = [formatDate(ms, zone), formatClock(ms, zone, true)];
  return date === formatDate(nowMs, zone) ? clock : `${date} ${clock}`;
}

export function costWords({ cost }: Overview): string {
  if (cost === null) return 'Cost: none yet';
  return `${formatDollars(cost.dollars_per_million)} a million events, ${formatDollars(cost.dollars_per_day)} a day at this rate`;
}
