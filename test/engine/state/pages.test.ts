import { MemoryPageStore } from '../../../adapters/memory/page-store.ts';
import { MissingPageError, StateFormatError } from '../../../engine/state/errors.ts';
import { pagePartition } from '../../../engine/state/keys.ts';
import { joinParts, NO_PAGES, ViewPages } from '../../../engine/state/pages.ts';

let store: MemoryPageStore;
let pages: ViewPages;
beforeEach(() => {
  store = new MemoryPageStore();
  pages = new ViewPages(store, 'carried', 'v@1', 0);
});
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const stored = async () => (await store.list(pagePartition('carried', 'v@1', 0))).map(({ key }) => key.sort);

test('parts of any size come back as they were saved, also one that no page can hold', async () => {
  const parts = [bytes(10, 1), bytes(9_000_000, 2), new Uint8Array(0), bytes(299_990, 3)];
  const set = await pages.save(7, parts);
  expect(set).toEqual({ version: 7, pages: 3, bytes: 10 + 9_000_000 + 299_990 + 16 });
  const loaded = await pages.load(set);
  expect(loaded.map((part) => [part.length, part[0]])).toEqual(parts.map((part) => [part.length, part[0]]));
});

test('pages that older code cut to the size of items are read and deleted', async () => {
  const saved = joinParts([bytes(700_000, 1)]);
  for (let page = 0; page < 3; page++) {
    const sort = `0000000007#000000000${page}`;
    const content = saved.subarray(page * 300_000, (page + 1) * 300_000);
    await store.put({ partition: pagePartition('carried', 'v@1', 0), sort }, content);
  }
  const set = { version: 7, pages: 3, bytes: saved.length };
  expect((await pages.load(set)).map((part) => part.length)).toEqual([700_000]);
  await pages.delete([set]);
  expect(await stored()).toEqual([]);
});

test('no parts make no pages', async () => {
  expect(await pages.load(NO_PAGES)).toEqual([]);
  expect(await stored()).toEqual([]);
});

test('pages that a finalizer left which died are written over', async () => {
  await pages.save(7, [bytes(5, 1)]);
  const set = await pages.save(7, [bytes(3, 2)]);
  expect((await pages.load(set)).map((part) => [...part])).toEqual([[2, 2, 2]]);
});

test('what the dead left behind is deleted, but neither what is named nor what is newer', async () => {
  const named = await pages.save(3, [bytes(1, 1)]);
  await pages.save(5, [bytes(1, 2)]);
  await pages.save(9, [bytes(1, 3)]);
  await pages.deleteUpTo(6, [named]);
  expect((await stored()).map((sort) => Number(sort.split('#')[0]))).toEqual([3, 9]);
});

test.each([
  ['a length of which a byte is missing', [1, 0, 0]],
  ['a part that is shorter than its length says', [1, 0, 0, 0, 7, 3, 0, 0, 0, 8]],
  ['a length beyond all bytes', [255, 255, 255, 255, 7]],
])('pages that end in %s are refused', async (_, data) => {
  const key = { partition: pagePartition('carried', 'v@1', 0), sort: '0000000003#0000000000' };
  await store.put(key, Uint8Array.from(data));
  await expect(pages.load({ version: 3, pages: 1, bytes: data.length })).rejects.toThrow(StateFormatError);
});

test('a page that is missing is told of with its key', async () => {
  const set = await pages.save(3, [bytes(1, 1)]);
  await pages.delete([set]);
  await expect(pages.load(set)).rejects.toThrow(MissingPageError);
  await expect(pages.load(set)).rejects.toThrow(/carried#v@1#0 \/ 0000000003#0000000000/);
});
