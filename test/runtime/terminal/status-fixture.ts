import { NO_EVENTS } from '../../../engine/state/checkpoint.ts';
import type { LiveStatus, StreamStatus, ViewStatus, WindowStatus } from '../../../runtime/live-status.ts';

const MINUTE_MS = 60_000;
const start = (clock: string) => Date.parse(`2015-05-${clock}:00Z`);

export function windowAt(clock: string, groups: number, top: WindowStatus['top']): WindowStatus {
  return {
    startMs: start(clock),
    endMs: start(clock) + 5 * MINUTE_MS,
    groups,
    value: null,
    revision: 1,
    was: null,
    worst: null,
    top,
  };
}

/** 62 % of a replay; the open window begins at 07:05, its watermark is at 07:06 and its latest event at 07:07. */
export const stream: StreamStatus = {
  name: 'requests',
  shards: [
    { id: 'shard-0', watermarkMs: start('19T07:06'), lag: 3 },
    { id: 'shard-1', watermarkMs: start('19T07:07'), lag: 0 },
  ],
  watermarkMs: start('19T07:06'),
  latestEventMs: start('19T07:07'),
  counters: { ...NO_EVENTS, delivered: 6213, accepted: 6209, late: 2, dead: 2 },
  countedLate: 0,
  eventsPerSecond: 249.7,
  deadByReason: { not_json: 1, missing_field: 1 },
  replay: {
    file: 'examples/access-log.jsonl.gz',
    sent: 6213,
    total: 10_000,
    resumedAt: 0,
    eventsPerSecond: 250,
    done: false,
  },
  inputs: [],
};

export const traffic: ViewStatus = {
  name: 'traffic_5min',
  stream: 'requests',
  groupBy: [],
  columns: ['requests', 'bytes', 'error_share'],
  window: { kind: 'tumbling', sizeMs: 5 * MINUTE_MS, offsetMs: 0 },
  finalRows: 45,
  finalWindows: 45,
  changes: 45,
  state: null,
  stuck: null,
  closedUpToMs: null,
  open: [windowAt('19T07:05', 1, [{ requests: 50, bytes: 1_234_567, error_share: null }])],
  closed: [
    windowAt('19T06:05', 1, [{ requests: 100, bytes: 9_876_543_210, error_share: 1 / 3, revision: 1 }]),
    windowAt('18T23:05', 1, [{ requests: 25, bytes: 0, error_share: 0, revision: 1 }]),
  ],
};

export const paths: ViewStatus = {
  name: 'paths_5min',
  stream: 'requests',
  groupBy: ['path'],
  columns: ['requests', 'visitors'],
  window: { kind: 'tumbling', sizeMs: 5 * MINUTE_MS, offsetMs: 0 },
  finalRows: 3210,
  finalWindows: 45,
  changes: 45,
  state: null,
  stuck: null,
  closedUpToMs: null,
  open: [
    windowAt('19T07:05', 87, [
      { path: '/favicon.ico', requests: 12, visitors: 11 },
      { path: '/', requests: 9, visitors: 9 },
      { path: '/reset.css', requests: 4, visitors: 4 },
    ]),
  ],
  closed: [
    windowAt('19T06:05', 2, [
      { path: '/', requests: 20, visitors: 18, revision: 3 },
      { path: null, requests: 1, visitors: 1, revision: 1 },
    ]),
  ],
};

export const status: LiveStatus = {
  pipeline: 'weblog',
  nowMs: start('20T00:00'),
  url: 'http://127.0.0.1:8787',
  store: '.streamgauge/weblog.db',
  streams: [stream],
  views: [traffic, paths],
};

/** Before anything has arrived. */
export const emptyStatus: LiveStatus = {
  ...status,
  url: null,
  streams: [
    {
      ...stream,
      shards: [],
      watermarkMs: null,
      latestEventMs: null,
      counters: NO_EVENTS,
      eventsPerSecond: 0,
      deadByReason: {},
      replay: null,
    },
  ],
  views: [traffic, paths].map((view) => ({ ...view, finalRows: 0, finalWindows: 0, open: [], closed: [] })),
};
