import { sliding, tumbling } from 'streamgauge';
import type { RowsQuery } from '../../../engine/query/rows.ts';
import { readRows } from '../../../engine/query/rows.ts';
import { rowJson, type ShownRow } from '../../../engine/query/shown-row.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { clicksWorld } from './clicks-world.ts';

const tenSeconds = tumbling('10 seconds');
const ALL: RowsQuery = {
  fromMs: START_OF_TIME_MS,
  toMs: END_OF_TIME_MS,
  groups: new Map(),
  order: 'oldestFirst',
  limit: 1000,
  cursor: null,
};

/** `[start in seconds, page, views, is final]` of each row. */
const shortly = (rows: readonly ShownRow[]) =>
  rows
    .map(rowJson)
    .map(({ window_start, page, views, is_final }) => [Date.parse(String(window_start)) / 1000, page, views, is_final]);

type World = ReturnType<typeof clicksWorld>;
const read = async ({ view, ports }: World, query: Partial<RowsQuery> = {}) =>
  readRows(view, ports, { ...ALL, ...query });

/** Follows the cursors to the end. `between` runs after each page. */
async function paged(world: World, query: Partial<RowsQuery>, between = async () => {}): Promise<ShownRow[]> {
  const rows: ShownRow[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 200; pages++) {
    const page: Awaited<ReturnType<typeof readRows>> = await read(world, { ...query, cursor });
    rows.push(...page.rows);
    cursor = page.cursor;
    if (cursor === null) return rows;
    await between();
  }
  throw new Error('The pages do not end.');
}

async function threeWindows() {
  const world = clicksWorld(tenSeconds);
  await world.take([0, 10, 20, 30].flatMap((at) => ['b', 'a', 'c'].map((page) => ({ at, page }))));
  return world;
}

test('rows come in the order of time, or the latest first, with open ones by choice after or before them', async () => {
  const world = await threeWindows();
  const stored = [0, 10, 20].flatMap((at) => ['a', 'b', 'c'].map((page) => [at, page, 1, true]));
  const open = ['a', 'b', 'c'].map((page) => [30, page, 1, false]);
  const of = async (query: Partial<RowsQuery>) => shortly((await read(world, query)).rows);
  expect(await of({})).toEqual(stored);
  expect(await of({ order: 'latestFirst' })).toEqual([...stored].reverse());
  expect(await of({ open: true })).toEqual([...stored, ...open]);
  expect(await of({ open: true, order: 'latestFirst' })).toEqual([...stored, ...open].reverse());
  expect(await of({ open: true, fromMs: 10_000, toMs: 30_000 })).toEqual(stored.slice(3));
  expect(await of({ open: true, fromMs: 20_001 })).toEqual(open);
});

test('a view that emits on update shows open rows unless they are not wanted', async () => {
  const world = clicksWorld(tenSeconds, { emit: 'onUpdate' });
  await world.take([0, 10].map((at) => ({ at, page: 'a' })));
  expect(shortly((await read(world)).rows)).toEqual([
    [0, 'a', 1, true],
    [10, 'a', 1, false],
  ]);
  expect(shortly((await read(world, { open: false })).rows)).toEqual([[0, 'a', 1, true]]);
});

describe.each(['oldestFirst', 'latestFirst'] as const)('pages, %s,', (order) => {
  test.each([1, 2, 3, 4, 5, 7, 11, 12, 13, 100])(
    'of at most %i rows give each row once and in order',
    async (limit) => {
      const world = await threeWindows();
      for (const open of [false, true]) {
        const whole = (await read(world, { order, open })).rows;
        expect(whole).toHaveLength(open ? 12 : 9);
        expect(await paged(world, { order, open, limit })).toEqual(whole);
        const groups = new Map([['page', 'b']]);
        const ofGroup = whole.filter(({ columns }) => columns.page === 'b');
        expect(await paged(world, { order, open, limit, groups })).toEqual(ofGroup);
      }
    },
  );

  test('give each row once while others are written, which may come or not', async () => {
    const world = await threeWindows();
    const before = shortly((await read(world, { order })).rows);
    let at = 40;
    const between = async () => {
      at += 10;
      await world.take([{ at, page: 'a' }]);
    };
    const rows = shortly(await paged(world, { order, limit: 2 }, between));
    expect(new Set(rows.map(String)).size).toBe(rows.length);
    expect(rows.filter((row) => before.map(String).includes(String(row)))).toEqual(before);
  });

  test('show a window that closes between two pages at least once', async () => {
    const world = await threeWindows();
    let at = 40;
    const between = async () => {
      at += 10;
      await world.take([{ at, page: 'z' }]);
    };
    const rows = shortly(await paged(world, { order, open: true, limit: 2 }, between));
    for (const start of [0, 10, 20, 30]) {
      for (const page of ['a', 'b', 'c']) expect(rows.map((row) => row.slice(0, 3))).toContainEqual([start, page, 1]);
    }
  });
});

test.each(['oldestFirst', 'latestFirst'] as const)(
  'open rows that are left for the next page are not lost when their window closes: %s',
  async (order) => {
    const world = clicksWorld(tenSeconds);
    await world.take(['a', 'b', 'c', 'd', 'e'].map((page) => ({ at: 1, page })));
    let isFirst = true;
    const between = async () => {
      if (isFirst) await world.take([{ at: 15, page: 'z' }]);
      isFirst = false;
    };
    const rows = await paged(world, { order, open: true, limit: 2, toMs: 10_000 }, between);
    expect(new Set(rows.map(({ columns }) => columns.page))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
    expect(rows.filter(({ isFinal }) => isFinal)).toHaveLength(5);
  },
);

describe('groups', () => {
  test('are chosen by all of their fields or by some', async () => {
    const world = clicksWorld(tenSeconds);
    const events = ['a', 'b'].flatMap((page) => ['s', 't'].map((site) => ({ at: 0, page, site })));
    await world.take([...events, { at: 10, page: 'z' }]);
    const of = async (groups: ReadonlyMap<string, string>) =>
      (await read(world, { groups })).rows.map(({ columns }) => `${columns.page}${columns.site}`);
    expect(await of(new Map([['page', 'a']]))).toEqual(['as', 'at']);
    expect(await of(new Map([['site', 't']]))).toEqual(['at', 'bt']);
    expect(
      await of(
        new Map([
          ['page', 'b'],
          ['site', 's'],
        ]),
      ),
    ).toEqual(['bs']);
    expect(await of(new Map([['page', 'x']]))).toEqual([]);
  });

  test('by a field that the view does not have are refused with the nearest name', async () => {
    await expect(read(clicksWorld(tenSeconds), { groups: new Map([['pages', 'a']]) })).rejects.toThrow(
      "View 'v' does not group by 'pages'. Did you mean 'page'? It groups by page, site.",
    );
  });
});

test('a view of whole tables gives whole tables, and pages of its groups', async () => {
  const world = clicksWorld(tenSeconds, { emit: 'complete' });
  await world.take([0, 10, 20, 30].flatMap((at) => ['b', 'a', 'c'].map((page) => ({ at, page }))));
  const whole = (await read(world)).rows;
  expect(whole).toHaveLength(9);
  expect((await read(world, { limit: 4 })).rows).toEqual(whole.slice(0, 6));
  expect(await paged(world, { limit: 1 })).toEqual(whole);
  const ofGroup = whole.filter(({ columns }) => columns.page === 'b');
  expect(await paged(world, { limit: 2, groups: new Map([['page', 'b']]) })).toEqual(ofGroup);
});

test('a question that cannot be answered is refused in a sentence', async () => {
  const world = await threeWindows();
  const { cursor } = await read(world, { limit: 2 });
  expect(cursor).not.toBeNull();
  await expect(read(world, { cursor, order: 'latestFirst' })).rejects.toThrow(/is no cursor of this question/);
  await expect(read(world, { cursor, toMs: 5 })).rejects.toThrow(/is no cursor of this question/);
  await expect(read(world, { limit: 1001 })).rejects.toThrow(
    'The limit is 1001, and must be a whole number from 1 to 1000.',
  );
  await expect(read(world, { fromMs: 10, toMs: 5 })).rejects.toThrow(
    'The range begins at 1970-01-01T00:00:00.010Z and ends at 1970-01-01T00:00:00.005Z: its end must not be before its beginning.',
  );
});

test('sliding windows give the rows of each window', async () => {
  const world = clicksWorld(sliding({ size: '20 seconds', slide: '10 seconds' }));
  await world.take([0, 10, 40].map((at) => ({ at, page: 'a' })));
  expect(shortly((await read(world)).rows)).toEqual([
    [-10, 'a', 1, true],
    [0, 'a', 2, true],
    [10, 'a', 1, true],
  ]);
});
