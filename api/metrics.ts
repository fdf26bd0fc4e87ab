import { SEVERITIES } from '../engine/ir/alert.ts';
import type { OpenIncident } from '../engine/query/open-incidents.ts';
import type { Overview } from './schemas/overview.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const OUTCOMES = ['accepted', 'late', 'dead', 'duplicate', 'discarded'] as const;

/**
 * The overview and the incidents that are on in Prometheus' text format. Counters begin again with the process. What is not known yet has no sample, for 0
 * would be a lie.
 */
export function metricsText(overview: Overview, open: readonly OpenIncident[]): string {
  const { streams, views, counters, now, started, health } = overview;
  const ofStream = Object.entries(streams);
  const ofView = Object.entries(views);
  const lines: string[] = [];
  const add = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]) => {
    if (samples.length === 0) return;
    lines.push(`# HELP streamgauge_${name} ${help}`, `# TYPE streamgauge_${name} ${type}`);
    for (const [labels, value] of samples) lines.push(`streamgauge_${name}${labelsText(labels)} ${value}`);
  };
  add('start_time_seconds', 'gauge', 'When the process started, since 1970.', [[{}, started / 1000]]);
  add('stuck', 'gauge', '1 while a view or a stream does not go on.', [[{}, health.state === 'stuck' ? 1 : 0]]);
  add('events_delivered_total', 'counter', 'Events read from all streams.', [[{}, counters.delivered]]);
  add(
    'events_total',
    'counter',
    'Events by what became of them; all outcomes together are those delivered.',
    ofStream.flatMap(([stream, state]) =>
      OUTCOMES.map((outcome): Sample => [{ stream, outcome }, state.counters[outcome]]),
    ),
  );
  add('events_counted_late_total', 'counter', 'Accepted events that a revision counted.', [
    [{}, overview.counted_late],
  ]);
  add(
    'dead_events_total',
    'counter',
    'Dead letters by reason.',
    ofStream.flatMap(([stream, { dead_by_reason }]) =>
      Object.entries(dead_by_reason ?? {}).map(([reason, events]): Sample => [{ stream, reason }, events]),
    ),
  );
  add(
    'events_per_second',
    'gauge',
    'Events of late.',
    ofStream.map(([stream, state]) => [{ stream }, state.events_per_second]),
  );
  add(
    'watermark_lag_seconds',
    'gauge',
    'How far the watermark is behind the clock.',
    known(ofStream, ({ watermark }) => (watermark === null ? null : (now - watermark) / 1000)),
  );
  add(
    'waiting_records',
    'gauge',
    'Records that wait to be read.',
    known(ofStream, ({ waiting }) => waiting),
  );
  add(
    'processing_delay_seconds',
    'gauge',
    'From arrival until an event is counted.',
    known(ofStream, ({ processing_delay_ms: ms }) => (ms === null ? null : ms / 1000)),
  );
  add(
    'open_windows',
    'gauge',
    'Windows that are not final.',
    ofView.flatMap(([view, { open_windows }]): Sample[] => (open_windows === null ? [] : [[{ view }, open_windows]])),
  );
  add(
    'rows_per_minute',
    'gauge',
    'Rows stored of late.',
    ofView.flatMap(([view, { rows_per_minute }]): Sample[] =>
      rows_per_minute === null ? [] : [[{ view }, rows_per_minute]],
    ),
  );
  add(
    'state_bytes',
    'gauge',
    'State that open windows and groups take.',
    ofView.flatMap(([view, { state_bytes }]): Sample[] => (state_bytes === null ? [] : [[{ view }, state_bytes]])),
  );
  add(
    'view_stuck',
    'gauge',
    '1 while the view does not go on.',
    ofView.map(([view, { stuck }]) => [{ view }, stuck === null ? 0 : 1]),
  );
  const { join_events = {}, partial_matches = {} } = overview.dropped ?? {};
  add(
    'join_events_dropped_total',
    'counter',
    'Events that a join left out, for a key had too many in a pane.',
    Object.entries(join_events).map(([join, events]) => [{ join }, events]),
  );
  add(
    'partial_matches_dropped_total',
    'counter',
    'Partial matches of a pattern that were dropped, for a key had too many.',
    Object.entries(partial_matches).map(([pattern, matches]) => [{ pattern }, matches]),
  );
  add(
    'open_incidents',
    'gauge',
    'Incidents that are on.',
    SEVERITIES.map((severity) => [{ severity }, open.filter((incident) => incident.severity === severity).length]),
  );
  return `${lines.join('\n')}\n`;
}

function known(
  streams: readonly (readonly [string, Overview['streams'][string]])[],
  value: (state: Overview['streams'][string]) => number | null,
): Sample[] {
  return streams.flatMap(([stream, state]): Sample[] => {
    const found = value(state);
    return found === null ? [] : [[{ stream }, found]];
  });
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
