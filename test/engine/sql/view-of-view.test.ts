import {
  approxCountDistinct,
  count,
  global,
  max,
  mean,
  session,
  shareOfTotal,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import { SqlError } from '../../../engine/sql/errors.ts';
import { openStatements, type Statements, statementOf } from './statement-rows.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), ms: Type.Optional(Type.Integer()), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});

const minutes = view('minutes', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ clicks: count(), ms: sum(e.ms), about: approxCountDistinct(e.page) }));

const MINUTE_MS = 60_000;
const EVENTS = [0, 0, 1, 2, 5].map((minute) => ({ page: '/', at: minute * MINUTE_MS, ms: minute }));

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

test('a row counts at the last instant of its window, so that of a whole hour has its last minute', async () => {
  const hourly = view('hourly', minutes)
    .window(tumbling('1 hour'))
    .groupBy('page')
    .aggregate((row) => ({ clicks: sum(row.clicks), busiest: max(row.clicks), last: max(row.window_end) }));
  const events = [0, 59, 59, 60].map((minute) => ({ page: '/', at: minute * MINUTE_MS }));
  expect(await statements.rows(hourly, events)).toEqual([
    {
      window_start: '1970-01-01T00:00:00.000Z',
      window_end: '1970-01-01T01:00:00.000Z',
      page: '/',
      clicks: 3,
      busiest: 2,
      last: '1970-01-01T01:00:00.000Z',
    },
    {
      window_start: '1970-01-01T01:00:00.000Z',
      window_end: '1970-01-01T02:00:00.000Z',
      page: '/',
      clicks: 1,
      busiest: 1,
      last: '1970-01-01T01:01:00.000Z',
    },
  ]);
});

test('sliding windows over rows are their own, not those of the rows', async () => {
  const lately = view('lately', minutes)
    .window(sliding({ size: '3 minutes', slide: '1 minute' }))
    .aggregate((row) => ({ clicks: sum(row.clicks), latest: max(row.window_start) }));
  const rows = await statements.rows(lately, EVENTS);
  expect(rows.map(({ window_start, clicks: n, latest }) => [window_start, n, latest])).toEqual([
    ['1969-12-31T23:58:00.000Z', 2, '1970-01-01T00:00:00.000Z'],
    ['1969-12-31T23:59:00.000Z', 3, '1970-01-01T00:01:00.000Z'],
    ['1970-01-01T00:00:00.000Z', 4, '1970-01-01T00:02:00.000Z'],
    ['1970-01-01T00:01:00.000Z', 2, '1970-01-01T00:02:00.000Z'],
    ['1970-01-01T00:02:00.000Z', 1, '1970-01-01T00:02:00.000Z'],
    ['1970-01-01T00:03:00.000Z', 1, '1970-01-01T00:05:00.000Z'],
    ['1970-01-01T00:04:00.000Z', 1, '1970-01-01T00:05:00.000Z'],
    ['1970-01-01T00:05:00.000Z', 1, '1970-01-01T00:05:00.000Z'],
  ]);
});

test('sessions and totals of rows go by the last instants of their windows', async () => {
  const busy = view('busy', minutes)
    .where((row) => row.clicks.gt(0))
    .window(session({ gap: '1 minute' }))
    .groupBy('page')
    .aggregate((row) => ({ clicks: sum(row.clicks) }));
  const busyRows = await statements.rows(busy, EVENTS);
  expect(busyRows.map((row) => [row.first_event_time, row.last_event_time, row.window_end, row.clicks])).toEqual([
    ['1970-01-01T00:00:59.999Z', '1970-01-01T00:02:59.999Z', '1970-01-01T00:03:59.999Z', 4],
    ['1970-01-01T00:05:59.999Z', '1970-01-01T00:05:59.999Z', '1970-01-01T00:06:59.999Z', 1],
  ]);
  const total = view('total', minutes)
    .window(global({ emitEvery: '1 minute' }))
    .aggregate((row) => ({ clicks: sum(row.clicks) }));
  expect(await statements.rows(total, EVENTS)).toEqual([{ as_of: '1970-01-01T00:06:00.000Z', clicks: 5 }]);
});

test('a view of a view of a view is one statement, with the columns that each derives', async () => {
  const smooth = view('smooth', minutes)
    .derive((row) => ({ per_click: row.ms.div(row.clicks) }))
    .window(tumbling('2 minutes'))
    .aggregate((row) => ({ clicks: sum(row.clicks), per_click: max(row.per_click) }))
    .derive((row) => ({ usual: mean(row.clicks).over({ windows: 2 }) }));
  const hourly = view('hourly', smooth)
    .derive((row) => ({ above: row.clicks.sub(row.usual) }))
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ rows: count(), most: max(row.usual), above: sum(row.above), slowest: max(row.per_click) }));
  // Two minutes each with 3, 1 and 1 clicks; over two rows the means are 3, 2 and 1.
  expect(await statements.rows(hourly, EVENTS)).toMatchObject([{ rows: 3, most: 3, above: -1, slowest: 5 }]);
});

test('what is counted approximately in the source can be counted exactly', () => {
  const hourly = view('hourly', minutes)
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ about: max(row.about) }));
  expect(statementOf(hourly)).toContain('approx_count_distinct("page") AS "about"');
  expect(statementOf(hourly, 'lake', { exactDistinct: true })).toContain('count(DISTINCT "page") AS "about"');
});

test('columns that differ from those of the rows in case alone are refused', () => {
  const twins = view('twins', minutes)
    .derive((row) => ({ Clicks: row.clicks.add(1) }))
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ a: sum(row.clicks), b: sum(row.Clicks) }));
  expect(() => statementOf(twins)).toThrow(
    new SqlError(
      "view 'twins' with the events that it reads has 'clicks' and 'Clicks', which SQL cannot tell apart: it takes no notice of case in names. Rename one of them.",
    ),
  );
});

test('a session counts at its last instant, whatever kind of window takes it', async () => {
  const visits = view('visits', clicks)
    .window(session({ gap: '1 minute' }))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }));
  const hourly = view('hourly', visits)
    .derive((row) => ({ ms: row.last_event_time.msSince(row.first_event_time) }))
    .window(tumbling('4 minutes'))
    .aggregate((row) => ({ visits: count(), clicks: sum(row.clicks), longest: max(row.ms) }));
  expect((await statements.rows(hourly, EVENTS)).map((row) => [row.visits, row.clicks, row.longest])).toEqual([
    [1, 4, 2 * MINUTE_MS],
    [1, 1, 0],
  ]);
});

test('a total counts once in each window in which it changed, over all events up to its end', async () => {
  const totals = view('totals', clicks)
    .window(global({ emitEvery: '90 seconds' }))
    .groupBy('page')
    .aggregate((e) => ({ clicks: count(), ms: sum(e.ms) }))
    .derive((row) => ({ mean: row.ms.div(row.clicks) }))
    .having((row) => row.clicks.lt(6));
  const windows = view('windows', totals)
    .window(tumbling('2 minutes'))
    .groupBy('page')
    .aggregate((row) => ({ rows: count(), clicks: sum(row.clicks), mean: max(row.mean), latest: max(row.as_of) }));
  const events = [...EVENTS, { page: '/b', at: 7 * MINUTE_MS, ms: 1 }, { page: '/', at: 9 * MINUTE_MS, ms: 1 }];
  const rows = await statements.rows(windows, events);
  const facts = rows.map(({ window_start: start, page, rows: n, clicks: total, mean: of, latest }) => [
    String(start).slice(14, 16),
    page,
    n,
    total,
    of,
    String(latest).slice(14, 19),
  ]);
  // Intervals of 1:30 end at 1:30, 3:00, 6:00, 7:30 and 10:30; the sixth click of / is left out by having().
  expect(facts).toEqual([
    ['00', '/', 1, 3, 1 / 3, '01:30'],
    ['02', '/', 1, 4, 0.75, '03:00'],
    ['04', '/', 1, 5, 1.6, '06:00'],
    ['06', '/b', 1, 1, 1, '07:30'],
  ]);
});

test('a share is of the rows of its window, all of them or those of the same group', async () => {
  const shares = view('shares', clicks)
    .window(sliding({ size: '2 minutes', slide: '1 minute' }))
    .groupBy('page', 'ms')
    .aggregate(() => ({ clicks: count() }))
    .derive((row) => ({ twice: row.clicks.mul(2) }))
    .derive((row) => ({ all: shareOfTotal(row.twice), own: shareOfTotal(row.clicks, { within: ['page'] }) }))
    .having((row) => row.page.ne('/b'));
  const events = [0, 0, 0, 1].map((ms) => ({ page: '/', at: 0, ms }));
  const rows = await statements.rows(shares, [...events, { page: '/b', at: 0, ms: 0 }]);
  expect(rows.map(({ ms, all, own }) => [ms, all, own])).toEqual([
    [0, 0.6, 0.75],
    [1, 0.2, 0.25],
    [0, 0.6, 0.75],
    [1, 0.2, 0.25],
  ]);
});
