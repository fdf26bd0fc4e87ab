import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../../adapters/embedded/database.ts';
import { GroupedAppends } from '../../../adapters/embedded/grouped-appends.ts';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';

const clock = { nowMs: () => 5 };
const entry = (shard: string, text: string) => ({ shard, partitionKey: text, data: Buffer.from(text) });

let stores: EmbeddedStores;
let turns: (() => void)[];
let appends: GroupedAppends;
beforeEach(() => {
  stores = openEmbedded(':memory:', clock);
  stores.log.createStream('clicks', 2);
  turns = [];
  appends = new GroupedAppends({ log: stores.log, clock, later: (work) => turns.push(work) });
});
afterEach(() => stores.close());

const texts = (shard: string) =>
  stores.log.read('clicks', shard, null, 100).map(({ data }) => Buffer.from(data).toString());

test('what waits is one transaction, and each batch gets the sequence numbers of its own entries', async () => {
  const durably = jest.spyOn(stores.log, 'appendDurably');
  const first = appends.append({
    stream: 'clicks',
    entries: [entry('shard-0001', 'a'), entry('shard-0000', 'b'), entry('shard-0001', 'c')],
  });
  const second = appends.append({ stream: 'clicks', entries: [entry('shard-0001', 'd')] });
  expect(turns.length).toBe(1);
  expect(texts('shard-0001')).toEqual([]);
  turns.shift()?.();
  expect(await Promise.all([first, second])).toEqual([['1', '1', '2'], ['3']]);
  expect(durably).toHaveBeenCalledTimes(1);
  expect([texts('shard-0000'), texts('shard-0001')]).toEqual([['b'], ['a', 'c', 'd']]);

  const third = appends.append({ stream: 'clicks', entries: [entry('shard-0000', 'e')] });
  turns.shift()?.();
  expect(await third).toEqual(['2']);
});

test('where the transaction fails all are told, nothing is kept, and the next one succeeds', async () => {
  const bad = appends.append({ stream: 'clicks', entries: [entry('shard-0007', 'a')] });
  const good = appends.append({ stream: 'clicks', entries: [entry('shard-0000', 'b')] });
  const told = Promise.allSettled([bad, good]);
  turns.shift()?.();
  for (const each of await told) {
    expect(each).toMatchObject({ status: 'rejected', reason: { message: /no shard 'shard-0007'/ } });
  }
  expect(texts('shard-0000')).toEqual([]);
  const again = appends.append({ stream: 'clicks', entries: [entry('shard-0000', 'b')] });
  turns.shift()?.();
  expect(await again).toEqual(['1']);
});

test('a durable transaction is written through to the disk, and the next one is not', () => {
  const dir = mkdtempSync(join(tmpdir(), 'durable-'));
  const database = new Database(join(dir, 'store.db'));
  try {
    // 1 is NORMAL: the log is not synced by a commit. 2 is FULL: it is.
    const synchronous = () => database.get('PRAGMA synchronous')?.synchronous;
    expect(database.durableTransaction(synchronous)).toBe(2);
    expect(database.transaction(synchronous)).toBe(1);
    const fails = () => {
      throw new RangeError('The body fails.');
    };
    expect(() => database.durableTransaction(fails)).toThrow(RangeError);
    expect(database.transaction(synchronous)).toBe(1);
  } finally {
    database.close();
    rmSync(dir, { recursive: true });
  }
});
