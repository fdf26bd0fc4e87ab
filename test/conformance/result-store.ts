import type { Clock } from '../../engine/ports/clock.ts';
import type { ReadRow, ResultStore, RowKey, StoredRow, WindowsQuery } from '../../engine/ports/result-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { putRows } from '../support/put-rows.ts';
import { resultRow } from '../support/result-row.ts';
import { fresh } from './fresh.ts';

export interface ResultStoreFixture {
  readonly store: ResultStore;
  close?(): Promise<void>;
  /** Whether it tells when rows were put; true where nothing is said. */
  readonly keepsTimes?: boolean;
}

/**
 * What every `ResultStore` does. Each test uses views of its own: `create` may give a shared database. It makes a store
 * that goes by the clock.
 */
export function resultStoreConformance(name: string, create: (clock: Clock) => Promise<ResultStoreFixture>): void {
  const check: Check = (fact, body) => {
    test(fact, async () => {
      const clock = new ManualClock(NOW_SECONDS * 1000);
      const fixture = await create(clock);
      try {
        await body(withoutTimes(fixture.store), fresh('view'), clock);
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('a row', () => declareRowTests(check));
    describe('an epoch', () => declareEpochTests(check));
    describe('windows', () => declareWindowsTests(check));
    describe('pages', () => declarePageTests(check));
    describe('the latest first', () => declareLatestFirstTests(check));
    describe('latest', () => declareLatestTests(check));
    describe('a row that expires', () => declareExpiryTests(check));
    describe('the time of a row', () => declareTimeTests(create));
  });
}

/** Most tests are of what was put: the store's own times have tests of their own. */
function withoutTimes(store: ResultStore): ResultStore {
  const timeless = ({ updatedAtMs: _, ...row }: ReadRow) => row as ReadRow;
  return {
    get: (keys) => store.get(keys),
    put: (writes) => store.put(writes),
    async windows(query) {
      const page = await store.windows(query);
      return { ...page, rows: page.rows.map(timeless) };
    },
    async latest(view, group, atMs) {
      const row = await store.latest(view, group, atMs);
      return row && timeless(row);
    },
  };
}

function declareTimeTests(create: (clock: Clock) => Promise<ResultStoreFixture>): void {
  /** A store of rows that are written once keeps no times: it says so of every row. */
  const onlyOf = (keepsTimes: boolean, time: number) => (keepsTimes ? time : null);

  test('is that of the last put, which a refused one does not change, and the finalizer does not see it', async () => {
    const firstMs = NOW_SECONDS * 1000;
    const clock = new ManualClock(firstMs);
    const { store, close, keepsTimes = true } = await create(clock);
    const view = fresh('view');
    const times = async () => (await store.windows(all(view))).rows.map(({ updatedAtMs }) => updatedAtMs);
    try {
      await putRows(store, [resultRow(view, 0), resultRow(view, MINUTE_MS)]);
      const known = onlyOf(keepsTimes, firstMs);
      expect(await times()).toEqual([known, known]);
      clock.advance(90_000);
      const revised = resultRow(view, 0, { epoch: 2, revision: 2 });
      expect(await putRows(store, [revised], 7)).toEqual(['refused']);
      expect(await times()).toEqual([known, known]);
      expect(await putRows(store, [revised], 1)).toEqual(['written']);
      expect(await times()).toEqual([onlyOf(keepsTimes, firstMs + 90_000), known]);
      expect((await store.latest(view, '["a"]', 0))?.updatedAtMs).toBe(onlyOf(keepsTimes, firstMs + 90_000));
      const ofGroup = await store.windows({ ...all(view), group: '["a"]', order: 'latestFirst' });
      expect(ofGroup.rows.map(({ updatedAtMs }) => updatedAtMs)).toEqual([known, onlyOf(keepsTimes, firstMs + 90_000)]);
      expect(await store.get([revised])).toEqual([revised]);
    } finally {
      await close?.();
    }
  });
}

type Check = (fact: string, body: (store: ResultStore, view: string, clock: ManualClock) => Promise<void>) => void;

const NOW_SECONDS = Date.UTC(2026, 0, 1) / 1000;

const MINUTE_MS = 60_000;
const YEAR_1_MS = -62_135_596_800_000;
const YEAR_9999_MS = Date.UTC(9999, 11, 31, 23, 59);

function declareRowTests(check: Check): void {
  check('that was never written is null', async (store, view) => {
    expect(await store.get([keyOf(view, 0)])).toEqual([null]);
    expect(await store.get([])).toEqual([]);
  });

  check('comes back as it was put', async (store, view) => {
    const stored = resultRow(view, 0, { revision: 3, epoch: 12, columns: '{"page":"/ü😀","n":1.5e300,"x":null}' });
    expect(await putRows(store, [stored])).toEqual(['written']);
    expect(await store.get([keyOf(view, 0)])).toEqual([stored]);
  });

  check('keeps whether it is partial', async (store, view) => {
    const rows = [resultRow(view, 0, { partial: true }), resultRow(view, MINUTE_MS, { partial: false })];
    await putRows(store, rows);
    expect(await store.get(rows)).toEqual(rows);
  });

  check(
    'is found in the order of the keys asked for, with null for the absent and twice where asked twice',
    async (store, view) => {
      const rows = [resultRow(view, 0), resultRow(view, MINUTE_MS, { group: '["b"]' })];
      await putRows(store, rows);
      const [first, second] = rows as [StoredRow, StoredRow];
      const found = await store.get([second, keyOf(view, 0, '["b"]'), first, keyOf(view, 5), second]);
      expect(found).toEqual([second, null, first, null, second]);
    },
  );

  check('may be one of many in a call', async (store, view) => {
    const rows = Array.from({ length: 250 }, (_, i) => resultRow(view, i * MINUTE_MS, { columns: `{"i":${i}}` }));
    expect(await putRows(store, rows)).toEqual(rows.map(() => 'written'));
    expect(await store.get([...rows].reverse())).toEqual([...rows].reverse());
    expect(await putRows(store, [])).toEqual([]);
  });

  for (const group of [
    '["a#b","ü",null]',
    '[]',
    '["#","/","\\\\","\\"","%"]',
    '["\\u0000 \\n😀",-1.5,true]',
    `["${'x'.repeat(1500)}"]`,
  ]) {
    check(`has any group, such as ${group.slice(0, 40)}`, async (store, view) => {
      const stored = resultRow(view, 0, { group });
      await putRows(store, [stored, resultRow(view, 0, { group: '["other"]' })]);
      expect(await store.get([stored])).toEqual([stored]);
      expect((await store.windows({ view, fromMs: 0, toMs: 1, group, limit: 10 })).rows).toEqual([stored]);
      expect(await store.latest(view, group)).toEqual(stored);
    });
  }

  check('of a view whose name begins with another name stays out of that one', async (store, view) => {
    const mine = resultRow(view, 0);
    const others = ['0', '#', '#0', '-', '\u0000'].map((suffix) => resultRow(`${view}${suffix}`, 0));
    await putRows(store, [...others, mine]);
    expect((await store.windows(all(view))).rows).toEqual([mine]);
    expect(await store.latest(view, mine.group)).toEqual(mine);
  });
}

function declareEpochTests(check: Check): void {
  check('that is newer replaces the row that it is to take the place of', async (store, view) => {
    await putRows(store, [resultRow(view, 0, { epoch: 4, columns: '{"n":1}', partial: true })]);
    const newer = resultRow(view, 0, { epoch: 5, revision: 2, columns: '{"n":2}', windowEndMs: 2 * MINUTE_MS });
    expect(await putRows(store, [newer], 4)).toEqual(['written']);
    expect(await store.get([newer])).toEqual([newer]);
    expect((await store.windows(all(view))).rows).toEqual([newer]);
  });

  for (const [title, over] of [
    ['a row of a later epoch', 3],
    ['a row of an earlier epoch', 10],
    ['a row where there was to be none', null],
  ] as const) {
    check(`is refused over ${title}, and the row stays as it is`, async (store, view) => {
      const stored = resultRow(view, 0, { epoch: 9, columns: '{"n":1}' });
      await putRows(store, [stored]);
      const other = resultRow(view, 0, { epoch: 11, revision: 2, columns: '{"n":2}' });
      expect(await putRows(store, [other], over)).toEqual(['refused']);
      expect(await store.get([stored])).toEqual([stored]);
    });
  }

  check('is refused where there is no row and there was to be one', async (store, view) => {
    const late = resultRow(view, 0, { epoch: 5 });
    expect(await putRows(store, [late], 4)).toEqual(['refused']);
    expect(await store.get([late])).toEqual([null]);
  });

  check('is judged row by row in a mixed call, in the order of the rows', async (store, view) => {
    await putRows(store, [
      resultRow(view, 0, { epoch: 5 }),
      resultRow(view, MINUTE_MS, { epoch: 7 }),
      resultRow(view, 2 * MINUTE_MS, { epoch: 5 }),
    ]);
    const columns = '{"n":"new"}';
    const mixed = [0, 1, 2, 3].map((i) => resultRow(view, i * MINUTE_MS, { epoch: 8, columns }));
    expect(await putRows(store, mixed, 5)).toEqual(['written', 'refused', 'written', 'refused']);
    const written = (await store.get(mixed)).map((stored) => stored?.columns === columns);
    expect(written).toEqual([true, false, true, false]);
  });

  check('of one group or window says nothing of another', async (store, view) => {
    await putRows(store, [resultRow(view, 0, { epoch: 9 })]);
    const others = [resultRow(view, 1, { epoch: 1 }), resultRow(view, 0, { epoch: 1, group: '["b"]' })];
    expect(await putRows(store, others)).toEqual(['written', 'written']);
  });
}

function declareWindowsTests(check: Check): void {
  check('are ordered by start, then group', async (store, view) => {
    const ordered = [
      resultRow(view, 0, { group: '["b"]' }),
      resultRow(view, 0, { group: '["c"]' }),
      resultRow(view, MINUTE_MS, { group: '["a"]' }),
    ];
    await putRows(store, [...ordered].reverse());
    expect((await store.windows(all(view))).rows).toEqual(ordered);
  });

  check('order groups by code point, as UTF-8 does', async (store, view) => {
    // U+FF61 and U+1F600: UTF-16 puts the second, a surrogate pair, before the first.
    const groups = [
      '["!"]',
      '[""]',
      '["a!"]',
      '["a"]',
      '["a#b"]',
      '["ab"]',
      '["é"]',
      '["\uFF61"]',
      '["\u{1F600}"]',
      '[1]',
      '[null]',
    ];
    await putRows(
      store,
      [...groups].reverse().map((group) => resultRow(view, 0, { group })),
    );
    expect(await groupsOf(store, all(view))).toEqual(groups);
  });

  check('begin at `fromMs` and end before `toMs`', async (store, view) => {
    await putRows(
      store,
      [0, 1, 2, 3].map((i) => resultRow(view, i * MINUTE_MS)),
    );
    const starts = async (fromMs: number, toMs: number) =>
      (await store.windows({ view, fromMs, toMs, limit: 10 })).rows.map((each) => each.windowStartMs / MINUTE_MS);
    expect(await starts(MINUTE_MS, 3 * MINUTE_MS)).toEqual([1, 2]);
    expect(await starts(MINUTE_MS + 1, 3 * MINUTE_MS + 1)).toEqual([2, 3]);
    expect(await starts(2 * MINUTE_MS, 2 * MINUTE_MS)).toEqual([]);
    expect(await starts(3 * MINUTE_MS, MINUTE_MS)).toEqual([]);
    expect(await starts(10 * MINUTE_MS, 20 * MINUTE_MS)).toEqual([]);
  });

  check('can be those of one group', async (store, view) => {
    for (const group of ['["a"]', '["a#"]', '["b"]']) {
      await putRows(
        store,
        [0, 1, 2].map((i) => resultRow(view, i * MINUTE_MS, { group })),
      );
    }
    const page = await store.windows({ view, fromMs: MINUTE_MS, toMs: 3 * MINUTE_MS, group: '["a"]', limit: 10 });
    expect(page.rows).toEqual([1, 2].map((i) => resultRow(view, i * MINUTE_MS, { group: '["a"]' })));
    expect((await store.windows({ ...all(view), group: '["c"]' })).rows).toEqual([]);
  });

  check('start anywhere from the year 1 to the year 9999', async (store, view) => {
    const starts = [YEAR_1_MS, YEAR_1_MS + 1, -MINUTE_MS, -1, 0, 1, 999, 1000, 1_431_856_800_000, YEAR_9999_MS];
    const rows = starts.map((startMs) => resultRow(view, startMs));
    await putRows(store, [...rows].reverse());
    expect((await store.windows(all(view))).rows).toEqual(rows);
    expect(await store.get(rows)).toEqual(rows);
    const before1970 = await store.windows({ view, fromMs: YEAR_1_MS + 1, toMs: 0, limit: 100 });
    expect(before1970.rows.map((each) => each.windowStartMs)).toEqual([YEAR_1_MS + 1, -MINUTE_MS, -1]);
    expect((await store.latest(view, '["a"]'))?.windowStartMs).toBe(YEAR_9999_MS);
  });
}

function declarePageTests(check: Check): void {
  const rowsOf = (view: string) =>
    [-2, -1, 0, 1, 2, 3].flatMap((i) =>
      ['["a"]', '["b"]', '["ü#"]'].map((group) => resultRow(view, i * MINUTE_MS, { group })),
    );

  for (const limit of [1, 2, 3, 5, 17, 18, 19, 1000]) {
    check(`of at most ${limit} rows give each row once and in order`, async (store, view) => {
      const rows = rowsOf(view);
      await putRows(store, rows);
      expect(await paged(store, { ...all(view), limit })).toEqual(rows);
    });

    check(`of at most ${limit} rows give each row once with the latest first`, async (store, view) => {
      const rows = rowsOf(view);
      await putRows(store, rows);
      const latestFirst = { order: 'latestFirst', limit } as const;
      expect(await paged(store, { ...all(view), ...latestFirst })).toEqual([...rows].reverse());
      const query = { view, fromMs: -MINUTE_MS, toMs: 3 * MINUTE_MS, ...latestFirst };
      const inRange = rows.filter((each) => each.windowStartMs >= query.fromMs && each.windowStartMs < query.toMs);
      expect(await paged(store, query)).toEqual([...inRange].reverse());
      const ofGroup = inRange.filter((each) => each.group === '["b"]');
      expect(await paged(store, { ...query, group: '["b"]' })).toEqual([...ofGroup].reverse());
    });

    check(`of at most ${limit} rows respect range and group`, async (store, view) => {
      const rows = rowsOf(view);
      await putRows(store, rows);
      const query = { view, fromMs: -MINUTE_MS, toMs: 3 * MINUTE_MS, limit };
      const inRange = rows.filter((each) => each.windowStartMs >= query.fromMs && each.windowStartMs < query.toMs);
      expect(await paged(store, query)).toEqual(inRange);
      const ofGroup = inRange.filter((each) => each.group === '["b"]');
      expect(await paged(store, { ...query, group: '["b"]' })).toEqual(ofGroup);
    });
  }

  check('begin anew with a null cursor', async (store, view) => {
    await putRows(store, rowsOf(view));
    const first = await store.windows({ ...all(view), limit: 4 });
    expect(await store.windows({ ...all(view), limit: 4, cursor: null })).toEqual(first);
  });

  check('of no rows have no cursor', async (store, view) => {
    expect(await store.windows(all(view))).toEqual({ rows: [], cursor: null });
  });

  check('go on after rows that were written meanwhile, without doubling any', async (store, view) => {
    const rows = rowsOf(view);
    await putRows(store, rows);
    const first = await store.windows({ ...all(view), limit: 4 });
    await putRows(store, [resultRow(view, -100 * MINUTE_MS), resultRow(view, 100 * MINUTE_MS)]);
    const rest = await paged(store, { ...all(view), limit: 4, cursor: first.cursor });
    expect([...first.rows, ...rest]).toEqual([...rows, resultRow(view, 100 * MINUTE_MS)]);
  });
}

function declareLatestFirstTests(check: Check): void {
  check('is the opposite order, also of groups, by code point', async (store, view) => {
    const groups = ['["!"]', '[""]', '["a#b"]', '["é"]', '["\uFF61"]', '["\u{1F600}"]', '[1]', '[null]'];
    const rows = [-MINUTE_MS, 0].flatMap((startMs) => groups.map((group) => resultRow(view, startMs, { group })));
    await putRows(store, rows);
    const query = { ...all(view), order: 'latestFirst' } as const;
    expect((await store.windows(query)).rows).toEqual([...rows].reverse());
    expect(await paged(store, { ...query, limit: 3 })).toEqual([...rows].reverse());
  });

  check('passes over what is retracted and what has expired, and fills its pages', async (store, view, clock) => {
    const expiresAtSeconds = NOW_SECONDS + 10;
    const rows = Array.from({ length: 30 }, (_, i) =>
      resultRow(view, i * MINUTE_MS, { retracted: i % 3 === 1, ...(i % 3 === 2 && { expiresAtSeconds }) }),
    );
    await putRows(store, rows);
    clock.advance(11_000);
    const shown = rows.filter((_, i) => i % 3 === 0).reverse();
    const query = { ...all(view), order: 'latestFirst', limit: 4 } as const;
    expect((await store.windows(query)).rows).toEqual(shown.slice(0, 4));
    expect(await paged(store, query)).toEqual(shown);
  });

  check('goes on behind a row that is gone by now, and does not show rows that came later', async (store, view) => {
    const rows = [0, 1, 2, 3].map((i) => resultRow(view, i * MINUTE_MS));
    await putRows(store, rows);
    const query = { ...all(view), order: 'latestFirst', limit: 2 } as const;
    const first = await store.windows(query);
    await putRows(store, [resultRow(view, 9 * MINUTE_MS)]);
    await putRows(store, [resultRow(view, 2 * MINUTE_MS, { epoch: 2, retracted: true })], 1);
    expect(await paged(store, { ...query, cursor: first.cursor })).toEqual([rows[1], rows[0]]);
  });
}

function declareLatestTests(check: Check): void {
  check('is the row of the group with the latest window start', async (store, view) => {
    await putRows(
      store,
      [2, 0, 1].map((i) => resultRow(view, i * MINUTE_MS, { epoch: 9 - i })),
    );
    await putRows(store, [resultRow(view, 5 * MINUTE_MS, { group: '["b"]' })]);
    expect(await store.latest(view, '["a"]')).toEqual(resultRow(view, 2 * MINUTE_MS, { epoch: 7 }));
  });

  check('is null where the group has no row', async (store, view) => {
    await putRows(store, [resultRow(view, 0)]);
    expect(await store.latest(view, '["b"]')).toBeNull();
    expect(await store.latest(fresh('view'), '["a"]')).toBeNull();
  });

  check('is the newest revision of that window', async (store, view) => {
    await putRows(store, [resultRow(view, 0, { epoch: 1 })]);
    const revised = resultRow(view, 0, { epoch: 2, revision: 2, columns: '{"n":2}' });
    await putRows(store, [revised], 1);
    expect(await store.latest(view, '["a"]')).toEqual(revised);
  });

  check('is not one that is retracted, which only get shows', async (store, view) => {
    const retracted = resultRow(view, MINUTE_MS, { retracted: true });
    await putRows(store, [resultRow(view, 0), retracted, resultRow(view, 2 * MINUTE_MS, { retracted: true })]);
    expect((await store.latest(view, '["a"]'))?.windowStartMs).toBe(0);
    expect((await store.windows(all(view))).rows.map(({ windowStartMs }) => windowStartMs)).toEqual([0]);
    expect((await store.windows({ ...all(view), group: '["a"]' })).rows.length).toBe(1);
    expect(await store.get([keyOf(view, MINUTE_MS)])).toEqual([retracted]);
  });

  check('is the last at or before a time, where one is given', async (store, view) => {
    await putRows(
      store,
      [0, 1, 2].map((minute) => resultRow(view, minute * MINUTE_MS, { lateEvents: minute })),
    );
    expect((await store.latest(view, '["a"]', MINUTE_MS))?.lateEvents).toBe(1);
    expect((await store.latest(view, '["a"]', MINUTE_MS - 1))?.windowStartMs).toBe(0);
    expect(await store.latest(view, '["a"]', -1)).toBeNull();
  });

  check('may lie before 1970', async (store, view) => {
    await putRows(store, [resultRow(view, -2 * MINUTE_MS), resultRow(view, -MINUTE_MS), resultRow(view, YEAR_1_MS)]);
    expect((await store.latest(view, '["a"]'))?.windowStartMs).toBe(-MINUTE_MS);
  });
}

function declareExpiryTests(check: Check): void {
  const expiresAtSeconds = NOW_SECONDS + 10;
  const lastMs = expiresAtSeconds * 1000 + 999;

  check('comes back with the time of its end', async (store, view) => {
    const stored = resultRow(view, 0, { expiresAtSeconds });
    await putRows(store, [stored]);
    expect(await store.get([stored])).toEqual([stored]);
    expect((await store.windows(all(view))).rows).toEqual([stored]);
    expect(await store.latest(view, stored.group)).toEqual(stored);
  });

  check('is there until the end of its last second, and found by nobody after that', async (store, view, clock) => {
    const [stays, goes] = [resultRow(view, 0), resultRow(view, MINUTE_MS, { expiresAtSeconds })] as const;
    await putRows(store, [stays, goes]);
    const found = async () => ({
      got: await store.get([stays, goes]),
      all: (await store.windows(all(view))).rows,
      ofGroup: (await store.windows({ ...all(view), group: goes.group })).rows,
      latest: await store.latest(view, goes.group),
    });
    clock.advance(lastMs - clock.nowMs());
    expect(await found()).toEqual({ got: [stays, goes], all: [stays, goes], ofGroup: [stays, goes], latest: goes });
    clock.advance(1);
    expect(await found()).toEqual({ got: [stays, null], all: [stays], ofGroup: [stays], latest: stays });
  });

  check('is none to take the place of: a row is written where there is to be none', async (store, view, clock) => {
    await putRows(store, [resultRow(view, 0, { epoch: 4, revision: 3, expiresAtSeconds })]);
    const next = resultRow(view, 0, { epoch: 5, columns: '{"n":2}' });
    clock.advance(lastMs - clock.nowMs());
    expect(await putRows(store, [next])).toEqual(['refused']);
    clock.advance(1);
    expect(await putRows(store, [next], 4)).toEqual(['refused']);
    expect(await putRows(store, [next])).toEqual(['written']);
    expect(await store.get([next])).toEqual([next]);
  });

  check('has the end of its last revision, or none', async (store, view, clock) => {
    const rows = [0, 1, 2].map((minute) => resultRow(view, minute * MINUTE_MS, { expiresAtSeconds }));
    await putRows(store, rows);
    const ends = [null, expiresAtSeconds + 100, expiresAtSeconds];
    const revised = rows.map((each, index) => ({
      ...each,
      epoch: 2,
      revision: 2,
      expiresAtSeconds: ends[index] as number | null,
    }));
    await putRows(store, revised, 1);
    clock.advance(lastMs + 1 - clock.nowMs());
    expect((await store.windows(all(view))).rows).toEqual(revised.slice(0, 2));
  });

  check('leaves pages as full as they would be without it', async (store, view, clock) => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      resultRow(view, i * MINUTE_MS, { expiresAtSeconds: i % 3 === 0 ? null : expiresAtSeconds }),
    );
    await putRows(store, rows);
    clock.advance(lastMs + 1 - clock.nowMs());
    const left = rows.filter((each) => each.expiresAtSeconds === null);
    expect((await store.windows({ ...all(view), limit: 4 })).rows).toEqual(left.slice(0, 4));
    expect(await paged(store, { ...all(view), limit: 4 })).toEqual(left);
  });
}

function keyOf(view: string, windowStartMs: number, group = '["a"]'): RowKey {
  return { view, group, windowStartMs };
}

function all(view: string): WindowsQuery {
  return { view, fromMs: YEAR_1_MS, toMs: YEAR_9999_MS + 1, limit: 1000 };
}

async function groupsOf(store: ResultStore, query: WindowsQuery): Promise<string[]> {
  return (await store.windows(query)).rows.map((each) => each.group);
}

/** Follows the cursors to the end, and holds every page to the limit. */
async function paged(store: ResultStore, query: WindowsQuery): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  let cursor = query.cursor ?? null;
  for (let pages = 0; pages < 100; pages++) {
    const page = await store.windows({ ...query, cursor });
    expect(page.rows.length).toBeLessThanOrEqual(query.limit);
    rows.push(...page.rows);
    cursor = page.cursor;
    if (cursor === null) return rows;
  }
  throw new Error('The pages do not end.');
}
