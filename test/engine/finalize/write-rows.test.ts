import { memoryStores } from '../../../adapters/memory/index.ts';
import { type RowDraft, writeRows } from '../../../engine/finalize/write-rows.ts';
import type { ResultStore } from '../../../engine/ports/result-store.ts';

const KEY = { view: 'v@1', group: '["a"]', windowStartMs: 0 };
const DRAFT: RowDraft = {
  ...KEY,
  windowEndMs: 10,
  partial: false,
  retracted: false,
  lateEvents: 0,
  columns: '{"n":1}',
};

let results: ResultStore;
beforeEach(() => {
  results = memoryStores({ nowMs: () => 0 }).results;
});

const write = (epoch: number, draft: RowDraft, careful = false) =>
  writeRows(results, [draft], { epoch, fresh: false, unfinishedEpoch: 0, careful, expiresAtSeconds: () => null });
const stored = async () => (await results.get([KEY]))[0];

test('a row of the same content is not written again', async () => {
  await write(3, DRAFT);
  expect(await write(5, DRAFT)).toEqual({ written: 0, revised: 0 });
  expect(await stored()).toMatchObject({ revision: 1, epoch: 3 });
});

test.each([
  ['partial', { partial: true }],
  ['retracted', { retracted: true }],
  ['its columns', { columns: '{"n":2}' }],
] as const)('a row that differs in %s alone is a revision', async (_, change) => {
  await write(3, DRAFT);
  expect(await write(5, { ...DRAFT, ...change })).toEqual({ written: 1, revised: 1 });
  expect(await stored()).toMatchObject({ revision: 2, epoch: 5, ...change });
});

test('a row that is not there is taken back only where a finalizer may be about to write it', async () => {
  const gone = { ...DRAFT, retracted: true, columns: '{}' };
  expect(await write(5, gone)).toEqual({ written: 0, revised: 0 });
  expect(await write(5, gone, true)).toEqual({ written: 1, revised: 0 });
  const [outcome] = await results.put([
    { row: { ...DRAFT, revision: 1, epoch: 4, lateEvents: 0, expiresAtSeconds: null }, over: null },
  ]);
  expect(outcome).toBe('refused');
});
