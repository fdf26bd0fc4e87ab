import { tumbling } from 'streamgauge';
import { comparePeriods } from '../../../engine/query/compare-periods.ts';
import { ALL_GROUPS } from '../../../engine/query/group-filter.ts';
import { readGroupSeries } from '../../../engine/query/group-series.ts';
import { readGroups } from '../../../engine/query/groups.ts';
import { readLatestRow } from '../../../engine/query/latest-row.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { type Click, clicksWorld } from './clicks-world.ts';

const tenSeconds = tumbling('10 seconds');
const EVER = { fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS };

async function worldOf(events: readonly Click[], emit: 'onClose' | 'complete' = 'onClose') {
  const world = clicksWorld(tenSeconds, { emit });
  await world.take(events);
  return world;
}

const clicks = (at: number, page: string, times: number) => Array.from({ length: times }, () => ({ at, page }));

describe('what changed against the period before', () => {
  test('is the difference and its share, the largest first, and what is new or gone last', async () => {
    const { view, ports } = await worldOf([
      ...[...clicks(0, 'a', 2), ...clicks(0, 'b', 4), ...clicks(0, 'gone', 1), ...clicks(10, 'a', 2)],
      ...[...clicks(20, 'a', 6), ...clicks(30, 'b', 1), ...clicks(30, 'new', 9), ...clicks(60, 'z', 1)],
    ]);
    const query = { fromMs: 20_000, toMs: 40_000, groups: ALL_GROUPS, by: 'views', limit: 10 };
    expect(await comparePeriods(view, ports, query)).toEqual({
      rows: [
        { group: ['b', 's'], value: 1, before: 4, change: -3, changePercent: -75 },
        { group: ['a', 's'], value: 6, before: 4, change: 2, changePercent: 50 },
        { group: ['gone', 's'], value: null, before: 1, change: null, changePercent: null },
        { group: ['new', 's'], value: 9, before: null, change: null, changePercent: null },
      ],
      ...{ groups: 4, rowsRead: 7, isCut: false },
    });
    expect((await comparePeriods(view, ports, { ...query, limit: 1 })).rows).toHaveLength(1);
    const slow = await comparePeriods(view, ports, { ...query, by: 'slow', limit: 1 });
    expect(slow.rows[0]).toMatchObject({ value: 0, before: 0, change: 0, changePercent: null });
  });

  test('is refused of columns that windows do not give', async () => {
    const { view, ports } = await worldOf([]);
    const query = { fromMs: 20_000, toMs: 40_000, groups: ALL_GROUPS, by: 'mean_slow_ms', limit: 10 };
    await expect(comparePeriods(view, ports, query)).rejects.toThrow(
      /^View 'v' has no 'mean_slow_ms' over several windows: /,
    );
  });
});

describe('groups', () => {
  test('are those of a range, by a prefix of any of their values, whatever its letters', async () => {
    const pages = ['/docs', '/Download', '/about'].map((page) => ({ at: 0, page }));
    const { view, ports } = await worldOf([...pages, { at: 10, page: '/new', site: 'Docs' }, { at: 30, page: 'z' }]);
    const of = async (prefix: string, limit = 10, range: object = {}) =>
      readGroups(view, ports, { ...EVER, prefix, limit, ...range });
    expect(await of('')).toEqual({
      groups: [
        ['/Download', 's'],
        ['/about', 's'],
        ['/docs', 's'],
        ['/new', 'Docs'],
      ],
      ...{ rowsRead: 4, isCut: false },
    });
    expect((await of('/do')).groups).toEqual([
      ['/Download', 's'],
      ['/docs', 's'],
    ]);
    expect((await of('doc')).groups).toEqual([['/new', 'Docs']]);
    expect((await of('', 10, { fromMs: 10_000 })).groups).toEqual([['/new', 'Docs']]);
    expect(await of('', 2)).toMatchObject({ isCut: true, groups: { length: 2 } });
  });
});

describe('one group over time', () => {
  test('is its latest rows in the order of time', async () => {
    const { view, ports } = await worldOf(
      [0, 10, 20, 30].flatMap((at) => [...clicks(at, 'a', 1), ...clicks(at, 'b', 2)]),
    );
    const group = new Map([
      ['page', 'b'],
      ['site', 's'],
    ]);
    const of = async (query: object) => {
      const { rows, isCut } = await readGroupSeries(view, ports, { ...EVER, group, limit: 10, ...query });
      return [rows.map(({ columns }) => Date.parse(String(columns.window_start)) / 1000), isCut];
    };
    expect(await of({})).toEqual([[0, 10, 20], false]);
    expect(await of({ limit: 2 })).toEqual([[10, 20], true]);
    expect(await of({ limit: 2, open: true })).toEqual([[20, 30], true]);
    expect(await of({ fromMs: 5000, toMs: 20_000 })).toEqual([[10], false]);
  });
});

describe('the latest row of a group', () => {
  const group = new Map([
    ['page', 'a'],
    ['site', 's'],
  ]);

  test.each(['onClose', 'complete'] as const)('is its last stored one, or the last by a time: %s', async (emit) => {
    const { view, ports } = await worldOf(
      [0, 10, 20].flatMap((at) => [...clicks(at, 'a', 1 + at), ...clicks(at, 'b', 1)]),
      emit,
    );
    expect((await readLatestRow(view, ports, group))?.columns.views).toBe(11);
    expect((await readLatestRow(view, ports, group, 9999))?.columns.views).toBe(1);
    expect(await readLatestRow(view, ports, group, -1)).toBeNull();
    expect(await readLatestRow(view, ports, new Map([...group, ['page', 'x']]))).toBeNull();
  });

  test('needs the whole group', async () => {
    const { view, ports } = await worldOf([]);
    await expect(readLatestRow(view, ports, new Map([['page', 'a']]))).rejects.toThrow(
      "View 'v' groups by page, site, and the latest row is one group's: 'site' is missing.",
    );
  });
});
