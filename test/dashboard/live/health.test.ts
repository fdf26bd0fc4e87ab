import type { Overview } from '../../../api/schemas/overview.ts';
import { type HealthFacts, healthLine } from '../../../dashboard/src/live/health.ts';

const NOW = Date.parse('2026-11-25T18:35:41Z');
const COUNTERS = { delivered: 10_000, accepted: 10_000, late: 0, dead: 0, duplicate: 0, discarded: 0 };

function overview(change: Partial<Overview> = {}): Overview {
  return {
    now: NOW,
    started: NOW - 3_600_000,
    generation: 1,
    reload_error: null,
    health: { state: 'running', view: null, stream: null, waiting: 0, done_in_ms: null },
    counters: COUNTERS,
    counted_late: 0,
    events_per_second: 1,
    cost: null,
    streams: {},
    views: {},
    open_incidents: 0,
    incidents: {},
    silences: 0,
    unknown: {},
    ...change,
  };
}

function line(change: Partial<HealthFacts> = {}) {
  const facts: HealthFacts = {
    overview: overview(),
    pipeline: null,
    connection: { kind: 'live' },
    isPaused: false,
    nowMs: NOW,
    zone: 'UTC',
    host: '127.0.0.1:8787',
    ...change,
  };
  return healthLine(facts);
}

test('alerts never make the health line bad: they are the data’s', () => {
  expect(line({ overview: overview({ open_incidents: 2 }) })).toMatchObject({
    icon: 'well',
    title: 'Running well',
    detail: expect.stringContaining('2 alerts open'),
  });
});

test('without a connection nothing is claimed, whatever was before', () => {
  const stuck = overview({ health: { state: 'stuck', view: 'v', stream: null, waiting: 0, done_in_ms: null } });
  const lost = { kind: 'lost', sinceMs: NOW, retryAtMs: NOW, tries: 1 } as const;
  expect(line({ overview: stuck, connection: lost })).toMatchObject({
    icon: 'lost',
    title: 'Not known since 18:35:41',
  });
});

test('a view that does not close comes before a pipeline that catches up', () => {
  const views = {
    v: { stuck: { since: NOW - 579_000, code: 'x', detail: 'y' } },
    w: {},
  } as unknown as Overview['views'];
  const shown = overview({ views, health: { state: 'stuck', view: 'v', stream: null, waiting: 9, done_in_ms: null } });
  expect(line({ overview: shown })).toEqual({
    icon: 'critical',
    title: 'v does not close',
    detail: 'Due for 9 min 39 s. 1 other view runs well.',
  });
});

test('a stream that is not read comes before views that do not close for it', () => {
  const stuck = { since: NOW - 660_000, code: 'not_reading', detail: 'y' };
  const streams = { clicks: { stuck } } as unknown as Overview['streams'];
  const health = { state: 'stuck', view: null, stream: 'clicks', waiting: null, done_in_ms: null } as const;
  expect(line({ overview: overview({ streams, health }) })).toEqual({
    icon: 'critical',
    title: 'clicks is not read',
    detail: 'Records wait for 11 min.',
  });
});

test('a backlog says how much there is, and how long it takes', () => {
  const health = { state: 'catching_up', view: null, stream: null, waiting: 1_300_000, done_in_ms: 240_000 } as const;
  expect(line({ overview: overview({ health }) })).toEqual({
    icon: 'warning',
    title: 'Catching up',
    detail: '1.30 M events wait; done in about 4 min.',
  });
});

test('a paused picture says how old it is', () => {
  expect(line({ isPaused: true, nowMs: NOW + 130_000 }).detail).toBe('Picture of 18:35:41 UTC, 2 min 10 s old.');
});
