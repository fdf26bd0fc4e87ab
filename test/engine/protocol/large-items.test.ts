import { memoryStores } from '../../../adapters/memory/index.ts';
import type { ItemKey, ItemWrite } from '../../../engine/ports/state-store.ts';
import { LargeItems } from '../../../engine/protocol/large-items.ts';
import { objectPartition } from '../../../engine/state/object-keys.ts';
import { formatReference, parseReference } from '../../../engine/state/object-reference.ts';
import { removeOrphans } from '../../../engine/sweep/remove-orphans.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 23, 59);
const HOUR_MS = 3_600_000;
const KEY = { partition: 'segment#pages@1#0#s1', sort: '2026-01-01T00:00:00.000Z#0#0000000001' };

function setUp(nowMs = NOW_MS) {
  const clock = { nowMs: () => nowMs };
  const { state: items, pages: objects, pause } = memoryStores(clock);
  let tokens = 0;
  const newToken = () => `token-${tokens++}`;
  const store = new LargeItems({ items, objects, clock, pause, newToken, largestItemBytes: 10 });
  return { store, items, objects };
}

function put(key: ItemKey, bytes: number, version = 1, fill = 7): ItemWrite {
  const condition = version === 1 ? { kind: 'absent' as const } : { kind: 'version' as const, is: version - 1 };
  return { kind: 'put', key, version, data: new Uint8Array(bytes).fill(fill), condition };
}

describe('Large items', () => {
  test('are objects, and references in their items', async () => {
    const { store, items, objects } = setUp();
    await store.transact([put(KEY, 11)]);
    const reference = parseReference((await items.get(KEY))?.data ?? '');
    expect(reference).toMatchObject({ bytes: 11 });
    expect(await objects.list(objectPartition(NOW_MS))).toEqual([{ key: reference?.object, bytes: 11 }]);
    expect((await store.get(KEY))?.data).toEqual(new Uint8Array(11).fill(7));
    expect(await store.query({ partition: KEY.partition, asStored: true })).toEqual(await items.query(KEY));
  });

  test('begin beyond the largest size of an item, and are segments and ids alone', async () => {
    const { store, objects } = setUp();
    await store.transact([put(KEY, 10), put({ ...KEY, partition: 'marker#pages@1#0' }, 1000)]);
    expect(await objects.list(objectPartition(NOW_MS))).toEqual([]);
    await store.transact([put({ ...KEY, partition: 'ids#clicks#s1' }, 11)]);
    expect(await objects.list(objectPartition(NOW_MS))).toHaveLength(1);
  });

  test('of two attempts have two objects, and the one that is committed counts', async () => {
    const { store } = setUp();
    expect(await store.transact([put(KEY, 20, 1, 1)])).toEqual({ kind: 'committed' });
    expect(await store.transact([put(KEY, 20, 1, 2)])).toMatchObject({ kind: 'conditionFailed' });
    expect((await store.get(KEY))?.data).toEqual(new Uint8Array(20).fill(1));
  });

  test('that were written anew while somebody read them are read again', async () => {
    const { store, items, objects } = setUp();
    await store.transact([put(KEY, 20, 1, 1)]);
    const [first] = await objects.list(objectPartition(NOW_MS));
    const { get } = items;
    let isFirst = true;
    items.get = async (key) => {
      const item = await get.call(items, key);
      if (isFirst) {
        isFirst = false;
        await store.transact([put(KEY, 30, 2, 2)]);
        await objects.delete(first === undefined ? [] : [first]);
      }
      return item;
    };
    expect((await store.get(KEY))?.data).toEqual(new Uint8Array(30).fill(2));
  });

  test('whose object is lost are an error that names item and object', async () => {
    const { store, objects } = setUp();
    await store.transact([put(KEY, 20)]);
    await objects.delete(await objects.list(objectPartition(NOW_MS)));
    const message = /segment#pages@1#0#s1 .* refers to the object objects#2026-01-05 .* which is missing/;
    await expect(store.get(KEY)).rejects.toThrow(message);
    await expect(store.query({ partition: KEY.partition })).rejects.toThrow(message);
    expect(await store.query({ partition: KEY.partition, asStored: true })).toHaveLength(1);
  });

  test('that are damaged are refused', async () => {
    const { store, objects } = setUp();
    await store.transact([put(KEY, 20)]);
    const [object] = await objects.list(objectPartition(NOW_MS));
    await objects.put(object?.key ?? KEY, new Uint8Array(20).fill(8));
    await expect(store.get(KEY)).rejects.toThrow('its checksum does not match');
  });

  test('go with their objects, where their keys were read before', async () => {
    const { store, objects } = setUp();
    await store.transact([put(KEY, 20)]);
    await store.query({ partition: KEY.partition, asStored: true });
    await store.delete([KEY]);
    expect(await objects.list(objectPartition(NOW_MS))).toEqual([]);
  });
});

describe('Orphans', () => {
  test('are removed after a day, and objects with a reference stay', async () => {
    const { store, items, objects } = setUp();
    await store.transact([put(KEY, 20)]);
    await store.transact([put(KEY, 20)]);
    const other = { ...KEY, sort: `${KEY.sort}1` };
    await store.transact([put(other, 20)]);
    await items.delete([other]);
    expect(await objects.list(objectPartition(NOW_MS))).toHaveLength(3);
    expect(await removeOrphans(items, objects, NOW_MS + 23 * HOUR_MS)).toBe(0);
    expect(await removeOrphans(items, objects, NOW_MS + 25 * HOUR_MS)).toBe(2);
    expect((await store.get(KEY))?.data).toEqual(new Uint8Array(20).fill(7));
  });
});

test('references of layout 1 are read, and those of later layouts are refused', () => {
  const bytes = Buffer.concat([Uint8Array.of(0xa7, 1), Buffer.from('["objects#2026-01-05","[1,\\"t\\"]",20,99]')]);
  const reference = { object: { partition: 'objects#2026-01-05', sort: '[1,"t"]' }, bytes: 20, checksum: 99 };
  expect(parseReference(bytes)).toEqual(reference);
  expect(Buffer.from(formatReference(reference)).equals(bytes)).toBe(true);
  expect(parseReference(Uint8Array.of(0xa5, 1, 0))).toBeNull();
  expect(() => parseReference(Uint8Array.of(0xa7, 2))).toThrow('Deploy newer code.');
  expect(() => parseReference(Uint8Array.of(0xa7, 1, 0x5b))).toThrow('is damaged');
  expect(() => parseReference(Buffer.concat([Uint8Array.of(0xa7, 1), Buffer.from('["a","b"]')]))).toThrow('is damaged');
});
