import { metricsText } from '../../api/metrics.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import type { OpenIncident } from '../../engine/query/open-incidents.ts';

const OVERVIEW: Overview = {
  now: 61_000,
  started: 1000,
  generation: 1,
  reload_error: null,
  health: { state: 'running', view: null, stream: null, waiting: 2, done_in_ms: null },
  counters: { delivered: 10, accepted: 6, late: 1, dead: 2, duplicate: 1, discarded: 0 },
  counted_late: 3,
  events_per_second: 1.5,
  cost: null,
  streams: {
    clicks: {
      watermark: 1000,
      latest_event: 1000,
      last_arrival: 1000,
      events_per_second: 1.5,
      counters: { delivered: 10, accepted: 6, late: 1, dead: 2, duplicate: 1, discarded: 0 },
      dead_by_reason: { not_json: 2 },
      shards: 1,
      waiting: 2,
      producer_delay_ms: null,
      processing_delay_ms: 250,
      idle: false,
      replay: null,
      stuck: null,
    },
    'a"b\\c\n': {
      watermark: null,
      latest_event: null,
      last_arrival: null,
      events_per_second: 0,
      counters: { delivered: 0, accepted: 0, late: 0, dead: 0, duplicate: 0, discarded: 0 },
      dead_by_reason: {},
      shards: 1,
      waiting: 0,
      producer_delay_ms: null,
      processing_delay_ms: null,
      idle: true,
      replay: null,
      stuck: null,
    },
  },
  views: {
    per_minute: {
      closed_up_to: null,
      open_windows: 4,
      rows: 5,
      rows_per_minute: 2,
      state_bytes: 1234,
      version: 1,
      cells: {},
      stuck: { since: 1, code: 'x', detail: 'y' },
    },
  },
  open_incidents: 1,
  incidents: {},
  silences: 0,
  dropped: { join_events: { led: 7 }, partial_matches: { fraud: 0 } },
  unknown: {},
};
const incident = { severity: 'critical' } as OpenIncident;

const LINES = metricsText(OVERVIEW, [incident, incident]).split('\n');

test.each([
  'streamgauge_events_delivered_total 10',
  'streamgauge_events_total{stream="clicks",outcome="accepted"} 6',
  'streamgauge_events_total{stream="clicks",outcome="duplicate"} 1',
  'streamgauge_dead_events_total{stream="clicks",reason="not_json"} 2',
  'streamgauge_events_counted_late_total 3',
  'streamgauge_watermark_lag_seconds{stream="clicks"} 60',
  'streamgauge_processing_delay_seconds{stream="clicks"} 0.25',
  'streamgauge_waiting_records{stream="clicks"} 2',
  'streamgauge_open_windows{view="per_minute"} 4',
  'streamgauge_state_bytes{view="per_minute"} 1234',
  'streamgauge_view_stuck{view="per_minute"} 1',
  'streamgauge_join_events_dropped_total{join="led"} 7',
  'streamgauge_partial_matches_dropped_total{pattern="fraud"} 0',
  'streamgauge_open_incidents{severity="critical"} 2',
  'streamgauge_open_incidents{severity="info"} 0',
  'streamgauge_events_per_second{stream="a\\"b\\\\c\\n"} 0',
])('%s', (line) => {
  expect(LINES).toContain(line);
});

test('what is not known has no sample', () => {
  expect(LINES.filter((line) => line.startsWith('streamgauge_watermark_lag_seconds'))).toHaveLength(1);
});

test('each line is one that Prometheus reads, each name is explained once, and the last line ends', () => {
  const text =
    /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="(\\.|[^"\\\n])*"(,[a-z_]+="(\\.|[^"\\\n])*")*\})? -?[0-9.e+-]+)$/;
  expect(LINES.at(-1)).toBe('');
  for (const line of LINES.slice(0, -1)) expect(line).toMatch(text);
  const explained = LINES.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  expect(new Set(explained).size).toBe(explained.length);
  const sampled = LINES.filter((line) => /^[a-z]/.test(line)).map((line) => /^[a-z_]+/.exec(line)?.[0]);
  expect([...new Set(sampled)]).toEqual(explained);
});
