import fc from 'fast-check';
import { count, global, pipeline, session, sliding, tumbling, view } from 'streamgauge';
import { ALL_GROUPS } from '../../../engine/query/group-filter.ts';
import { readTopGroups, type TopQuery } from '../../../engine/query/top-groups.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';
import { type Click, clicksWorld, pagesOf } from './clicks-world.ts';
import { events as plainEvents } from './plain-events.ts';

const tenSeconds = tumbling('10 seconds');
const ALL: TopQuery = {
  fromMs: START_OF_TIME_MS,
  toMs: END_OF_TIME_MS,
  groups: ALL_GROUPS,
  by: 'views',
  limit: 10,
};

const top = ({ view, ports }: ReturnType<typeof clicksWorld>, query: Partial<TopQuery> = {}) =>
  readTopGroups(view, ports, { ...ALL, ...query });

test('sums are summed, extremes taken, ratios computed again of the sums', async () => {
  const world = clicksWorld(tenSeconds);
  await world.take(
    [
      { at: 0, page: 'a', ms: 150, user: 'x' },
      { at: 1, page: 'a', ms: 50, user: 'y' },
      { at: 12, page: 'a', ms: 0.5, user: 'z' },
      { at: 13, page: 'b', ms: 7, user: 'w' },
      { at: 40, page: 'z' },
    ].map((event) => ({ ...event, id: 1 })),
  );
  const { rows, columns, groups, rowsRead, isCut, refused, ...extent } = await top(world);
  expect(rows.map((row) => row.columns)).toEqual([
    {
      page: 'a',
      site: 's',
      views: 3,
      slow: 1,
      ms: 200.5,
      longest: 150,
      highest_id: 1,
      shortest: 0.5,
      first_user: 'x',
      last_user: 'z',
      spread: [
        { from: null, to: 10, count: 1 },
        { from: 10, to: 100, count: 1 },
        { from: 100, to: null, count: 1 },
      ],
      mean_ms: 200.5 / 3,
      slow_share: 1 / 3,
      ms_each: 200.5 / 3,
    },
    expect.objectContaining({ page: 'b', views: 1, slow_share: 0, first_user: 'w' }),
  ]);
  expect(columns).toEqual(Object.keys(rows[0]?.columns ?? {}));
  expect({ groups, rowsRead, isCut, ...extent }).toEqual({
    ...{ groups: 2, rowsRead: 3, isCut: false, firstWindowMs: 0, lastWindowMs: 10_000 },
  });
  expect(Object.fromEntries(refused)).toEqual({
    users: 'a value that came in two windows would count twice: make a view of longer windows',
    mean_slow_ms:
      'windows of few events would weigh as much as those of many: let the view have the sum and the count of the same values as well',
    share_of_users:
      'it is made of users, and a value that came in two windows would count twice: make a view of longer windows',
    doubled:
      'it is made of mean_slow_ms, and windows of few events would weigh as much as those of many: let the view have the sum and the count of the same values as well',
    smooth: "it follows from a group's rows one after the other: ask for the rows themselves",
  });
});

test('a column that windows do not give is refused with the reason', async () => {
  const world = clicksWorld(tenSeconds);
  await expect(top(world, { by: 'users' })).rejects.toThrow(
    "View 'v' has no 'users' over several windows: a value that came in two windows would count twice: make a view of longer windows.",
  );
  await expect(top(world, { by: 'smooth' })).rejects.toThrow(
    "View 'v' has no 'smooth' over several windows: it follows from a group's rows one after the other: ask for the rows themselves.",
  );
});

test('a column that is not there, or no number, is refused with those that can be', async () => {
  const world = clicksWorld(tenSeconds);
  await expect(top(world, { by: 'view' })).rejects.toThrow(
    /^View 'v' has no column 'view'\. Did you mean 'views'\? Its numbers are views, slow, /,
  );
  await expect(top(world, { by: 'page' })).rejects.toThrow(
    /^View 'v' cannot go by 'page', which is no number\. Its numbers are views, /,
  );
});

test('of one window each row is as it is, also what windows do not add up to', async () => {
  const world = clicksWorld(tenSeconds);
  await world.take([
    { at: 0, page: 'a', user: 'x' },
    { at: 1, page: 'a', user: 'x' },
    { at: 2, page: 'b', user: 'x' },
    { at: 3, page: 'b', user: 'y' },
    { at: 12, page: 'c' },
    { at: 30, page: 'z' },
  ]);
  const { rows, refused } = await top(world, { fromMs: 0, toMs: 10_000, by: 'users' });
  expect(rows.map(({ columns }) => [columns.page, columns.users, columns.mean_ms, columns.smooth])).toEqual([
    ['b', 2, 1, 2],
    ['a', 1, 1, 2],
  ]);
  expect(refused.size).toBe(0);
});

test('the largest come first, ties in the order of groups, nulls last, and as many as wanted', async () => {
  const world = clicksWorld(tenSeconds);
  const events = ['c', 'b', 'a', 'd'].map((page) => ({ at: 0, page, ms: page === 'd' ? 1e308 : 5 }));
  await world.take([
    ...events,
    { at: 1, page: 'd', ms: 1e308 },
    { at: 2, page: 'd', ms: 1e308 },
    { at: 20, page: 'z' },
  ]);
  expect(pagesOf((await top(world)).rows)).toEqual(['d', 'a', 'b', 'c']);
  // The sum of d is beyond the range of doubles.
  expect(pagesOf((await top(world, { by: 'ms' })).rows)).toEqual(['a', 'b', 'c', 'd']);
  const { rows, groups } = await top(world, { limit: 2 });
  expect([pagesOf(rows), groups]).toEqual([['d', 'a'], 4]);
});

test('the work is bounded: where there are more rows, the top is of the latest and says so', async () => {
  const world = clicksWorld(tenSeconds);
  await world.take([0, 10, 20, 30, 40].flatMap((at) => ['a', 'b', 'c'].map((page) => ({ at, page }))));
  const cut = await top(world, { maxRows: 7 });
  expect(cut).toMatchObject({ rowsRead: 7, isCut: true, firstWindowMs: 10_000, lastWindowMs: 30_000 });
  expect(cut.rows.map(({ columns }) => columns.views)).toEqual([3, 2, 2]);
  expect(await top(world, { maxRows: 12 })).toMatchObject({ rowsRead: 12, isCut: false });
  // Rows of other groups are read as well, and count.
  const ofGroup = await top(world, { maxRows: 7, groups: new Map([['page', 'a']]) });
  expect(ofGroup).toMatchObject({ isCut: true });
  await expect(top(world, { maxRows: 100_001 })).rejects.toThrow(
    'The number of rows to read is 100001, and must be a whole number from 1 to 100000.',
  );
});

test('of overlapping windows those are taken that lie end to end, back from the latest', async () => {
  const world = clicksWorld(sliding({ size: '30 seconds', slide: '10 seconds' }));
  await world.take([0, 10, 20, 30, 40, 50, 60, 100].map((at) => ({ at, page: 'a' })));
  // Windows that start at −20 to 60 are stored: 60, 30, 0.
  const { rows, rowsRead, firstWindowMs, lastWindowMs } = await top(world);
  expect(rows[0]?.columns.views).toBe(7);
  expect({ rowsRead, firstWindowMs, lastWindowMs }).toEqual({ rowsRead: 3, firstWindowMs: 0, lastWindowMs: 60_000 });
  expect((await top(world, { toMs: 40_000 })).rows[0]?.columns.views).toBe(6);
});

test('windows that cannot lie end to end are refused', async () => {
  const world = clicksWorld(sliding({ size: '25 seconds', slide: '10 seconds' }));
  await world.take([{ at: 0, page: 'a' }]);
  await expect(top(world)).rejects.toThrow(
    "View 'v' has windows of 25 seconds that begin every 10 seconds: none of them begins where another ends, so what they count cannot be added. Ask for the rows of one window, or make a view of tumbling windows.",
  );
});

test('running totals are what they are, and have no range', async () => {
  const totals = view('totals', plainEvents)
    .window(global({ emitEvery: '10 seconds' }))
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
  const world = new SmallWorld(pipeline('p', [totals]));
  await world.take([1, 2, 3, 30].map((at) => ({ key: at === 2 ? 'b' : 'a', at })));
  await world.finalizeAll();
  const query = { ...ALL, by: 'n' };
  const { rows } = await readTopGroups(world.view('totals'), world.stores, query);
  expect(rows.map(({ columns }) => columns)).toEqual([
    { key: 'a', n: 2 },
    { key: 'b', n: 1 },
  ]);
  await expect(readTopGroups(world.view('totals'), world.stores, { ...query, fromMs: 5 })).rejects.toThrow(
    "View 'totals' has totals since its beginning, and not by time: leave the range out.",
  );
});

test('sessions of one group are added up', async () => {
  const sessions = view('sessions', plainEvents)
    .window(session({ gap: '10 seconds' }))
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
  const world = new SmallWorld(pipeline('p', [sessions]));
  await world.take([1, 2, 30, 31, 32, 90].map((at) => ({ key: 'a', at })));
  await world.finalizeAll();
  const { rows } = await readTopGroups(world.view('sessions'), world.stores, { ...ALL, by: 'n' });
  expect(rows.map(({ columns }) => columns)).toEqual([{ key: 'a', n: 5 }]);
});

test('views of whole tables are added up row by row', async () => {
  const world = clicksWorld(tenSeconds, { emit: 'complete' });
  await world.take([0, 10, 20, 30].flatMap((at) => ['a', 'a', 'b'].map((page) => ({ at, page }))));
  const { rows, rowsRead } = await top(world);
  expect(rows.map(({ columns }) => [columns.page, columns.views])).toEqual([
    ['a', 6],
    ['b', 3],
  ]);
  expect(rowsRead).toBe(6);
});

/** What a person would do with the events of the range, window by window forgotten. */
function naiveTop(events: readonly Click[], fromMs: number, toMs: number) {
  const inRange = events.filter(
    ({ at }) => Math.floor(at / 10) * 10_000 >= fromMs && Math.floor(at / 10) * 10_000 < toMs,
  );
  const pages = [...Map.groupBy(inRange, ({ page }) => page)].map(([page, of]) => {
    const ms = of.map((event) => event.ms ?? 0);
    const slow = ms.filter((each) => each > 100).length;
    return {
      page,
      views: of.length,
      slow,
      longest: Math.max(...ms),
      shortest: Math.min(...ms),
      slow_share: slow / of.length,
    };
  });
  return pages.sort((a, b) => b.views - a.views || (a.page < b.page ? -1 : 1));
}

test('totals over a range are those of its events, for any events and any range', async () => {
  const click = fc.record({
    at: fc.integer({ min: 0, max: 79 }),
    page: fc.constantFrom('a', 'b', 'c', 'é'),
    ms: fc.double({ min: 0, max: 1000, noNaN: true }),
  });
  const cases = fc.record({
    events: fc.array(click, { minLength: 1, maxLength: 40 }),
    from: fc.integer({ min: -1, max: 8 }),
    length: fc.integer({ min: 2, max: 9 }),
  });
  const property = fc.asyncProperty(cases, async ({ events, from, length }) => {
    const world = clicksWorld(tenSeconds);
    await world.take([...events].sort((a, b) => a.at - b.at));
    await world.world.end();
    const [fromMs, toMs] = [from * 10_000, (from + length) * 10_000];
    const { rows } = await top(world, { fromMs, toMs });
    const names = ['page', 'views', 'slow', 'longest', 'shortest', 'slow_share'];
    const found = rows.map(({ columns }) => Object.fromEntries(names.map((name) => [name, columns[name]])));
    expect(found).toEqual(naiveTop(events, fromMs, toMs));
  });
  await fc.assert(property, { seed: 20_150_517, numRuns: casesOf(200) });
});
