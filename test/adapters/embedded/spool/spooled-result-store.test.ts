import fc from 'fast-check';
import { openTemporary } from '../../../../adapters/embedded/index.ts';
import { SpooledResultStore } from '../../../../adapters/embedded/spool/spooled-result-store.ts';
import { compareGroups, groupOfText, groupText } from '../../../../engine/codec/group.ts';
import { resultStoreConformance } from '../../../conformance/result-store.ts';
import { Random } from '../../../oracle/random-events.ts';
import { newRowsOf } from '../../../support/naive-new-rows.ts';
import { putRows } from '../../../support/put-rows.ts';
import { resultRow } from '../../../support/result-row.ts';

resultStoreConformance('SpooledResultStore, all in its buffer', async (clock) => {
  const { results, close } = openTemporary(clock);
  return { store: results, close: async () => close(), keepsTimes: false };
});

resultStoreConformance('SpooledResultStore, with a run for each few rows', async (clock) => {
  const store = new SpooledResultStore(clock, 700);
  return { store, close: async () => store.close(), keepsTimes: false };
});

const group = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('a', 'a!', 'a"', 'a\0', 'a\0b', 'ab', '\ud800', '\ud83d\ude00', '\uffff'),
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -3, max: 3 }),
  )
  .map((value) => groupText([value]));

const writes = fc.array(
  fc.record({
    view: fc.constantFrom('a@1', 'b@2'),
    windowStartMs: fc.integer({ min: -2, max: 2 }),
    group,
    retracted: fc.boolean(),
  }),
  { maxLength: 60 },
);

test('rows come in the order of their windows and groups, each as it was put last, for runs of any size', async () => {
  await fc.assert(
    fc.asyncProperty(writes, fc.integer({ min: 1, max: 3000 }), async (drafts, runBytes) => {
      const store = new SpooledResultStore({ nowMs: () => 0 }, runBytes);
      const expected = new Map<string, ReturnType<typeof resultRow>>();
      for (const [index, { view, windowStartMs, group, retracted }] of drafts.entries()) {
        const columns = JSON.stringify({ n: index, text: 'ü'.repeat(index % 40) });
        const key = `${view} ${windowStartMs} ${group}`;
        const over = expected.get(key)?.epoch ?? null;
        const row = { ...resultRow(view, windowStartMs, { epoch: index, columns }), group, retracted };
        expect(await store.put([{ row, over }])).toEqual(['written']);
        expect(await store.put([{ row, over: -1 }])).toEqual(['refused']);
        expected.set(key, row);
      }
      for (const view of ['a@1', 'b@2']) {
        const rows = [...expected.values()]
          .filter((row) => row.view === view && !row.retracted)
          .sort(
            (a, b) => a.windowStartMs - b.windowStartMs || compareGroups(groupOfText(a.group), groupOfText(b.group)),
          );
        expect(Array.from(store.inOrder(view), (row) => row.stored(view))).toEqual(rows);
      }
      expect(await store.get([...expected.values()])).toEqual([...expected.values()]);
      store.close();
    }),
    { seed: 20260103, numRuns: 150 },
  );
});

test('rows that are put again and again are there once, as they were put last, however many share a run', async () => {
  const store = new SpooledResultStore({ nowMs: () => 0 }, 20_000);
  const random = new Random(20260107);
  const expected = new Map<string, ReturnType<typeof resultRow>>();
  for (let epoch = 0; epoch < 6000; epoch++) {
    const group = groupText([`group ${random.below(700)}`]);
    const over = expected.get(group)?.epoch ?? null;
    const row = { ...resultRow('a@1', 0, { epoch, columns: `{"n":${epoch}}` }), group };
    expect(await store.put([{ row, over }])).toEqual(['written']);
    expected.set(group, row);
  }
  const rows = [...expected.values()].sort((a, b) => compareGroups(groupOfText(a.group), groupOfText(b.group)));
  expect(Array.from(store.inOrder('a@1'), (row) => row.stored('a@1'))).toEqual(rows);
  expect(await store.get(rows)).toEqual(rows);
  store.close();
});

test('rows that are appended are those that would be put, and as many are refused', async () => {
  await fc.assert(
    fc.asyncProperty(writes, fc.integer({ min: 1, max: 3000 }), async (drafts, runBytes) => {
      const [put, appended] = [1, 2].map(() => new SpooledResultStore({ nowMs: () => 0 }, runBytes)) as Stores;
      const rows = drafts.map(({ windowStartMs, group, retracted: partial }, index) => {
        const columns = JSON.stringify({ n: index, text: 'ü'.repeat(index % 40) });
        return {
          ...resultRow('a@1', windowStartMs, { columns, partial, expiresAtSeconds: partial ? index : null }),
          group,
        };
      });
      for (let from = 0; from < rows.length; from += 7) {
        const some = rows.slice(from, from + 7);
        const outcomes = await putRows(put, some);
        const refused = await appended.append(newRowsOf('a@1', 1, some));
        expect(some.map((_, row) => (refused.includes(row) ? 'refused' : 'written'))).toEqual(outcomes);
      }
      const stored = (store: SpooledResultStore) => Array.from(store.inOrder('a@1'), (row) => row.stored('a@1'));
      expect(stored(appended)).toEqual(stored(put));
      for (const { group } of rows) {
        expect(await appended.latest('a@1', group)).toEqual(await put.latest('a@1', group));
      }
      for (const store of [put, appended]) store.close();
    }),
    { seed: 20260106, numRuns: 100 },
  );
});

type Stores = [SpooledResultStore, SpooledResultStore];

test('a first row that is refused leaves nothing behind, and the buffer grows around it', async () => {
  const { results, close } = openTemporary({ nowMs: () => 0 });
  const [row] = [resultRow('a@1', 0)];
  expect(await results.put([{ row, over: 3 }])).toEqual(['refused']);
  const others = Array.from({ length: 5000 }, (_, i) =>
    resultRow('b@2', i, { columns: `{"text":"${'x'.repeat(100)}"}` }),
  );
  await putRows(results, others);
  expect([...results.inOrder('a@1')]).toEqual([]);
  expect(await results.put([{ row, over: null }])).toEqual(['written']);
  expect(await results.get([row, ...others])).toEqual([row, ...others]);
  close();
});

test('a row that cannot be written leaves nothing of itself behind', async () => {
  const { results, close } = openTemporary({ nowMs: () => 0 });
  const rows = [resultRow('a@1', 0), resultRow('a@1', 60_000)];
  const broken = {
    ...newRowsOf('a@1', 1, rows),
    writeColumns: () => {
      throw new Error('broken');
    },
  };
  await expect(results.append(broken)).rejects.toThrow('broken');
  expect(await results.append(newRowsOf('a@1', 1, rows))).toEqual([]);
  expect(Array.from(results.inOrder('a@1'), (row) => row.stored('a@1'))).toEqual(rows);
  close();
});

test('a view that has no rows has none in any order', async () => {
  const { results, close } = openTemporary({ nowMs: () => 0 });
  await putRows(results, [resultRow('a@1', 0)]);
  expect([...results.inOrder('b@2')]).toEqual([]);
  expect(await results.get([{ view: 'b@2', windowStartMs: 0, group: '[]' }])).toEqual([null]);
  expect(await results.latest('b@2', '[]')).toBeNull();
  close();
});
