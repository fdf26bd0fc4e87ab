import type { LiveStatus, StreamStatus, ViewStatus } from '../../../runtime/live-status.ts';
import { renderLines } from '../../../runtime/terminal/render-lines.ts';
import { emptyStatus, paths, status, stream, traffic, windowAt } from './status-fixture.ts';

const withView = (view: ViewStatus): LiveStatus => ({ ...status, streams: [], views: [view] });
const withStream = (change: Partial<StreamStatus>): LiveStatus => ({
  ...status,
  streams: [{ ...stream, ...change }],
  views: [],
});
const counted = (change: Partial<StreamStatus['counters']>): LiveStatus =>
  withStream({ counters: { ...stream.counters, ...change } });

test('the first lines tell where the state and the JSON are', () => {
  expect(renderLines(null, emptyStatus)).toEqual(['pipeline weblog: state in .streamgauge/weblog.db']);
  expect(renderLines(null, { ...emptyStatus, url: 'http://127.0.0.1:8787' })).toEqual([
    'pipeline weblog: state in .streamgauge/weblog.db, JSON at http://127.0.0.1:8787',
  ]);
});

test('nothing new makes no lines', () => {
  expect(renderLines(status, status)).toEqual([]);
});

test('each newly closed window has a line, the earliest first', () => {
  const before = withView({ ...traffic, closed: traffic.closed.slice(1), finalWindows: 43 });
  const after = withView({
    ...traffic,
    closed: [windowAt('19T06:10', 1, [{ requests: 7, bytes: null, error_share: 0.5 }]), ...traffic.closed],
  });
  expect(renderLines(before, after)).toEqual([
    'traffic_5min closed 2015-05-19 06:05–06:10: requests=100 bytes=9,876,543,210 error_share=0.333',
    'traffic_5min closed 2015-05-19 06:10–06:15: requests=7 bytes=– error_share=0.500',
  ]);
});

test('a window of groups tells how many there are and what the largest came to', () => {
  const before = withView({ ...paths, closed: [], finalWindows: 44 });
  expect(renderLines(before, withView(paths))).toEqual([
    'paths_5min closed 2015-05-19 06:05–06:10, 2 groups: / requests=20 visitors=18; null requests=1 visitors=1',
  ]);
});

test('groups that are not told are hinted at', () => {
  const top = Array.from({ length: 8 }, (_, index) => ({ path: `/${index}`, requests: 9 - index, visitors: 1 }));
  const before = withView({ ...paths, closed: [], finalWindows: 44 });
  const [line] = renderLines(before, withView({ ...paths, closed: [windowAt('19T06:05', 500, top)] }));
  expect(line).toContain('500 groups: /0 requests=9');
  expect(line).toMatch(/\/2 requests=7 visitors=1; …$/);
});

test('windows that closed between two looks and are no longer listed are counted', () => {
  const before = withView({ ...traffic, closed: [], finalWindows: 0 });
  expect(renderLines(before, withView(traffic))[0]).toBe('traffic_5min closed 43 windows before this one');
});

test('a revision of a window that was closed before makes no line', () => {
  const [latest, ...earlier] = paths.closed;
  const revised = { ...latest, top: [{ path: '/', requests: 21, visitors: 18, revision: 4 }] } as typeof latest;
  expect(renderLines(withView(paths), withView({ ...paths, closed: [revised as never, ...earlier] }))).toEqual([]);
});

test('a stream has a line when its count reaches a round number, and not before', () => {
  const line =
    'requests: 7,000 events, 6,996 accepted, 2 late, 2 dead (not_json 1, missing_field 1), watermark 2015-05-19 07:06:00 UTC, 6,213 of 10,000 lines sent';
  expect(renderLines(counted({ delivered: 6213 }), counted({ delivered: 6999 }))).toEqual([]);
  expect(renderLines(counted({ delivered: 6999 }), counted({ delivered: 7000, accepted: 6996 }))).toEqual([line]);
  expect(renderLines(counted({ delivered: 12 }), counted({ delivered: 999 }))).toEqual([]);
  expect(renderLines(counted({ delivered: 99_999 }), counted({ delivered: 100_000 }))).toHaveLength(1);
  expect(renderLines(counted({ delivered: 100_000 }), counted({ delivered: 199_999 }))).toEqual([]);
});

test('the first dead letter and the first late event have a line at once', () => {
  expect(renderLines(counted({ dead: 0 }), counted({ dead: 1 }))).toHaveLength(1);
  expect(renderLines(counted({ late: 0 }), counted({ late: 1 }))).toHaveLength(1);
  expect(renderLines(counted({ dead: 20 }), counted({ dead: 29 }))).toEqual([]);
});

test('the end of a replay has a line', () => {
  const replay = { file: 'a', sent: 10, total: 10, resumedAt: 0, eventsPerSecond: 250, done: true };
  const before = withStream({ replay: { ...replay, sent: 9, done: false } });
  expect(renderLines(before, withStream({ replay }))).toHaveLength(1);
  expect(renderLines(withStream({ replay }), withStream({ replay }))).toEqual([]);
});

test('text from events stays on its line, safe and not too long', () => {
  const path = `\u001b[31m\n${'x'.repeat(10_000)}`;
  const before = withView({ ...paths, closed: [], finalWindows: 44 });
  const after = withView({ ...paths, closed: [windowAt('19T06:05', 1, [{ path, requests: 1, visitors: 1 }])] });
  const [line] = renderLines(before, after) as [string];
  expect(line).toContain('\\x1b[31m\\nxxx');
  expect(line).not.toMatch(/\p{Cc}/u);
  expect(line.length).toBeLessThan(500);
});
