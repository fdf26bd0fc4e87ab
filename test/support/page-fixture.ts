import type { Incident, IncidentsAnswer } from '../../api/schemas/alerts.ts';
import type { Overview, ViewState } from '../../api/schemas/overview.ts';
import type { Column, PipelineDescription, ViewDescription } from '../../api/schemas/pipeline.ts';
import type { SeriesAnswer, TopAnswer } from '../../api/schemas/rows.ts';
import type { RedriveAnswer, SideOutput, SideOutputDetail, SideOutputsPage } from '../../api/schemas/side-outputs.ts';

/** Answers of the API for one evening of a made-up pipeline, always the same, to look at the page without an API. */

const MINUTE = 60_000;
const STEP = 5 * MINUTE;
export const NOW = Date.parse('2026-11-25T18:35:41Z');
const FIRST = Date.parse('2026-11-25T14:30:00Z');
const WATERMARK = Date.parse('2026-11-25T18:34:39Z');
const BURST = Date.parse('2026-11-25T17:30:00Z');
const SILENCE = Date.parse('2026-11-25T15:50:00Z');

/** Names that nobody should send, and that somebody does. */
export const HOSTILE_NAMES = [
  '<img src=x onerror="globalThis.hacked = true">',
  '<script>globalThis.hacked = true</script>',
  '‮gnirts desrever‬',
  'x'.repeat(2000),
  'two\nlines\r\nand a \u0000',
  '',
  'javascript:globalThis.hacked=true',
] as const;

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  type: 'integer',
  nullable: false,
  role: 'aggregate',
  made_by: 'count',
  combine: 'sum',
  unit: 'count',
  of: [],
  words: 'count()',
  ...more,
});

const DETECTOR = column('unusual', {
  type: 'object',
  role: 'derived',
  made_by: 'anomaly',
  combine: null,
  unit: null,
  of: ['requests'],
  words: 'anomaly(requests)',
  fields: ['score', 'is_anomaly', 'expected', 'lower', 'upper', 'reason'].map((name) => ({
    name,
    type: 'number',
    nullable: true,
  })),
});

function view(name: string, groups: readonly string[], columns: readonly Column[], of = 'requests'): ViewDescription {
  const source = of === 'requests' ? { kind: 'stream', name: of } : { kind: 'view', name: of };
  return {
    name,
    source: [source],
    streams: ['requests'],
    window: { kind: 'tumbling', size_ms: STEP } as ViewDescription['window'],
    words: `tumbling, 5 min${groups.length === 0 ? '' : `, by ${groups.join(', ')}`}`,
    group_by: [...groups],
    columns: [
      ...groups.map((group) => column(group, { role: 'group', type: 'string', made_by: null })),
      ...columns.map((each) => ({ ...each })),
    ],
    allowed_lateness_ms: 3_600_000,
    emit: 'onClose',
    empty_windows: 'skip',
    keep_rows_ms: null,
    alerts: [],
  };
}

export const PIPELINE: PipelineDescription = {
  name: 'weblog',
  runs_on: 'local',
  build: '1',
  streams: [
    {
      name: 'requests',
      format: 'json',
      event_time: 'time',
      event_time_else: [],
      partition_key: 'ip',
      event_id: null,
      max_lateness_ms: MINUTE,
      idle_timeout_ms: MINUTE,
      fields: [],
      example: { ip: '203.0.113.9', time: '2026-11-25T18:31:00Z', status: 200 },
    },
    {
      name: 'deploys',
      format: 'json',
      event_time: 'at',
      event_time_else: [],
      partition_key: 'service',
      event_id: null,
      max_lateness_ms: MINUTE,
      idle_timeout_ms: MINUTE,
      fields: [],
      example: { service: 'web', at: '2026-11-25T18:31:00Z' },
    },
  ],
  views: [
    {
      ...view('traffic_5min', [], [column('requests'), column('bytes', { unit: 'bytes' }), DETECTOR]),
      alerts: [{ name: 'error_burst', severity: 'critical', words: 'where unusual.is_anomaly', channels: ['sns ops'] }],
    },
    view('statuses_5min', ['status'], [column('requests')]),
    {
      ...view('paths_5min', ['path'], [column('requests')]),
      alerts: [{ name: 'path_went_quiet', severity: 'warning', words: 'where requests = 0', channels: ['sns ops'] }],
    },
    view('visits', ['ip'], [column('requests')]),
    view('traffic_1h', [], [column('requests')], 'traffic_5min'),
    {
      ...view('errors_after_deploy', [], [column('errors')], 'traffic_5min'),
      source: [
        { kind: 'view', name: 'traffic_5min' },
        { kind: 'stream', name: 'deploys' },
      ],
      streams: ['requests', 'deploys'],
    },
  ],
  allowed: { acknowledge: true, redrive: true, send: true },
};

const STARTS: readonly number[] = Array.from(
  { length: Math.ceil((NOW - FIRST) / STEP) },
  (_, i) => FIRST + i * STEP,
).filter((start) => start < SILENCE || start >= SILENCE + 3 * STEP);
const VALUES = STARTS.map((start, i) =>
  Math.round(12_500 - i * 70 + 700 * Math.sin(i * 2.4) + (start === BURST ? 6_500 : 0)),
);
const isFinal = (start: number) => start + STEP <= WATERMARK;

const COUNTERS = { delivered: 1_052_034, accepted: 1_051_967, late: 12, dead: 37, duplicate: 18, discarded: 0 };

const VIEW_STATE: ViewState = {
  closed_up_to: NOW - 341_000,
  open_windows: 2,
  rows: 49,
  rows_per_minute: 2,
  state_bytes: 900,
  version: 49,
  cells: Object.fromEntries(
    STARTS.slice(-10).map((start, j) => [
      start,
      {
        end: start + STEP,
        state: isFinal(start) ? 'revisable' : start + STEP < NOW ? 'ended' : 'filling',
        value: VALUES[STARTS.length - 10 + j] ?? null,
        groups: 1,
        revision: j === 4 ? 2 : 1,
        was: null,
        worst: j === 2 ? 'critical' : null,
      },
    ]),
  ),
  stuck: null,
};

/** As it stands `seconds` after the first picture. */
export function overviewAt(seconds: number): Overview {
  const more = 42 * seconds;
  const counters = { ...COUNTERS, delivered: COUNTERS.delivered + more, accepted: COUNTERS.accepted + more };
  return {
    now: NOW + seconds * 1000,
    started: Date.parse('2026-11-25T11:35:00Z'),
    generation: 1,
    reload_error: null,
    health: { state: 'running', view: null, stream: null, waiting: 0, done_in_ms: null },
    counters,
    counted_late: 400,
    events_per_second: 41.8,
    cost: { dollars_per_million: 1.21, dollars_per_day: 4.37 },
    streams: {
      requests: {
        watermark: WATERMARK + seconds * 1000,
        latest_event: NOW - 1200 + seconds * 1000,
        last_arrival: NOW + seconds * 1000,
        events_per_second: 41.8,
        counters,
        dead_by_reason: { not_json: 20, missing_field: 9, wrong_type: 8 },
        shards: 4,
        waiting: 0,
        producer_delay_ms: 1200,
        processing_delay_ms: 400,
        idle: false,
        replay: null,
        stuck: null,
      },
      deploys: {
        watermark: Date.parse('2026-11-25T17:02:11Z'),
        latest_event: Date.parse('2026-11-25T17:02:11Z'),
        last_arrival: Date.parse('2026-11-25T17:02:12Z'),
        events_per_second: 0,
        counters: { delivered: 2, accepted: 2, late: 0, dead: 0, duplicate: 0, discarded: 0 },
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
    views: Object.fromEntries(PIPELINE.views.map(({ name }) => [name, VIEW_STATE])),
    open_incidents: 2,
    incidents: Object.fromEntries(
      INCIDENTS.filter(({ state }) => state === 'open')
        .slice(0, 2)
        .map(({ id, view, alert, severity, group, groups, reason, from }) => [
          id,
          { view, alert, severity, group, groups, reason, from, acknowledged: false },
        ]),
    ),
    silences: 2,
    unknown: {},
  };
}

const incident = (id: string, more: Partial<Incident>): Incident => ({
  id,
  view: 'traffic_5min',
  alert: 'error_burst',
  severity: 'critical',
  state: 'open',
  group: {},
  groups: 1,
  worst: [],
  from: BURST,
  until: null,
  reason: 'error_share is 13.1 %, 8.9 σ above the usual for Wednesday 17:30: expected 0.4 to 3.6 %.',
  acknowledgement: null,
  transitions: [],
  rule: 'where unusual.is_anomaly',
  ...more,
});

const QUIET_PATHS = [null, '/', '/favicon.ico', '/blog/tags/puppet', '/style2.css', ...HOSTILE_NAMES];

const INCIDENTS: readonly Incident[] = [
  incident('weblog/error_burst/17:30', {
    transitions: [
      { sequence: 1, at: BURST + 362_000, kind: 'opened', window_start: BURST, reason: 'error_share is 13.1 %.' },
      {
        sequence: 2,
        at: BURST + 662_000,
        kind: 'checked',
        window_start: BURST + STEP,
        reason: '4.4 %, still above 3.6 %',
      },
    ],
  }),
  ...QUIET_PATHS.map((path, i) =>
    incident(`weblog/path_went_quiet/${i}`, {
      view: 'paths_5min',
      alert: 'path_went_quiet',
      severity: 'warning',
      group: { path },
      from: SILENCE,
      reason: `No requests, where ${1240 - 90 * i} were expected.`,
      rule: 'where requests = 0',
    }),
  ),
  incident('weblog/slow_bytes/17:10', {
    alert: 'slow_bytes',
    severity: 'warning',
    state: 'acknowledged',
    from: BURST - 4 * STEP,
    reason: 'p95 grew by 38 % in 12 windows.',
    acknowledgement: { at: BURST - 8 * MINUTE, by: 'ana', note: 'new video banner' },
  }),
  incident('weblog/error_burst/13:25', {
    state: 'resolved',
    from: Date.parse('2026-11-25T13:25:00Z'),
    until: Date.parse('2026-11-25T14:30:00Z'),
    reason: 'error_share was 4.9 % (expected up to 3.4 %).',
  }),
  incident('weblog/error_burst/12:40', {
    state: 'withdrawn',
    from: Date.parse('2026-11-25T12:40:00Z'),
    until: Date.parse('2026-11-25T12:44:00Z'),
    reason: 'Late events made error_share 3.1 %, within what was expected.',
  }),
];

export function incidentsAnswer(acknowledged: ReadonlyMap<string, { by: string; note: string }>): IncidentsAnswer {
  const incidents = INCIDENTS.map((each): Incident => {
    const found = acknowledged.get(each.id);
    return found === undefined
      ? each
      : { ...each, state: 'acknowledged', acknowledgement: { at: NOW, by: found.by, note: found.note } };
  });
  const count = (state: string) => incidents.filter((each) => each.state === state).length;
  return { open: count('open'), acknowledged: count('acknowledged'), resolved: count('resolved'), incidents };
}

export function seriesAnswer(name: string): SeriesAnswer {
  const usual = VALUES.map((_, i) => 12_500 - i * 70);
  return {
    view: name,
    group: null,
    starts: [...STARTS],
    ends: STARTS.map((start) => start + STEP),
    revisions: STARTS.map((_, i) => (i === 23 ? 2 : 1)),
    revised_at: { [STARTS[23] as number]: NOW - 33 * MINUTE },
    is_final: STARTS.map(isFinal),
    columns: {
      requests: VALUES,
      bytes: VALUES.map((value) => value * 4_100),
      'unusual.expected': usual,
      'unusual.lower': usual.map((value) => value - 1_900),
      'unusual.upper': usual.map((value) => value + 1_900),
      'unusual.is_anomaly': STARTS.map((start) => start === BURST),
      'unusual.score': STARTS.map((start) => (start === BURST ? 0.9999 : 0.2)),
      'unusual.reason': STARTS.map(() => '5.2 σ above the usual, Wed 17:30'),
    },
    points_in_all: STARTS.length,
    cut: false,
  };
}

export function topAnswer(name: string): TopAnswer {
  const field = PIPELINE.views.find((each) => each.name === name)?.group_by[0] ?? 'path';
  const names = ['/favicon.ico', ...HOSTILE_NAMES, null];
  return {
    view: name,
    by: 'requests',
    from: FIRST,
    to: NOW,
    groups: names.map((group, i) => ({
      group: { [field]: group },
      columns: { requests: 12_100 - i * 900 },
      before: 13_000 - i * 800,
      spark: Array.from({ length: 24 }, (_, j) => 50 + 40 * Math.sin(i + j)),
    })),
    others: { groups: 1360, value: 65_530 },
    rows_read: 0,
    left_out: [],
    cut: false,
  };
}

const RAW = [
  '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET /scripts/grok-py-test/configlib.py HTTP/1.1" 200 235',
  '{"ip":"203.0.113.9","time":"2026-11-25T18:20:02Z"}',
  '{"ip":"203.0.113.9","bytes":"1,024"}',
  '<img src=x onerror="globalThis.hacked = true">',
];
const WRONG = [
  ['not_json', 'Unexpected character after JSON at byte 6'],
  ['missing_field', 'status is missing'],
  ['wrong_type', 'bytes is "1,024", an integer is needed'],
  ['not_json', 'Unexpected token <img src=x onerror="globalThis.hacked = true"> at byte 0'],
] as const;

const ITEMS: readonly SideOutput[] = Array.from({ length: 12 }, (_, i) => {
  const [reason, detail] = WRONG[i % WRONG.length] as (typeof WRONG)[number];
  return {
    id: `requests/shard-000${i % 2}/${8899 - i * 25}`,
    stream: 'requests',
    shard: `shard-000${i % 2}`,
    position: String(8899 - i * 25),
    arrived: NOW - (i + 1) * 763_204,
    event_time: null,
    reason,
    detail,
    bytes: (RAW[i % RAW.length] as string).length,
    views: [],
    redriven: i === 7,
  };
});

export function sideOutputsPage(kind: string, reason: string | null, search: string | null): SideOutputsPage {
  const items = kind === 'dead' ? ITEMS : [];
  return {
    kind: kind as SideOutputsPage['kind'],
    items: items.filter(
      (item, i) =>
        (reason === null || item.reason === reason) &&
        (search === null || (RAW[i % RAW.length] as string).includes(search)),
    ),
    cursor: null,
  };
}

export function sideOutputDetail(id: string): SideOutputDetail | null {
  const at = ITEMS.findIndex((item) => item.id === id);
  const item = ITEMS[at];
  if (item === undefined) return null;
  const [, place] = /at byte (\d+)/.exec(item.detail) ?? [];
  return {
    item,
    raw: Buffer.from(RAW[at % RAW.length] as string).toString('base64'),
    truncated: false,
    at_byte: place === undefined ? null : Number(place),
  };
}

export function redriveAnswer(ids: readonly string[], isDryRun: boolean): RedriveAnswer {
  const failing = ITEMS.filter((item) => ids.includes(item.id) && item.reason === 'not_json');
  return {
    sent: isDryRun ? 0 : ids.length - failing.length,
    would_count: ids.length - failing.length,
    would_fail: failing.map(({ id, reason, detail }) => ({ id, reason, detail })),
    would_be_late: 0,
    redriven_before: 0,
    failed: [],
  };
}
