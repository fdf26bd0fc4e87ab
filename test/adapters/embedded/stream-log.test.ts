import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';

const STREAM = 'clicks';

let stores: EmbeddedStores;
let first: string;
let second: string;
beforeEach(() => {
  stores = openEmbedded(':memory:', { nowMs: () => 0 });
  stores.log.createStream(STREAM, 2);
  [first = '', second = ''] = stores.log.shards(STREAM).map((shard) => shard.id);
});
afterEach(() => stores.close());

const entry = (text: string) => ({ partitionKey: `key of ${text}`, data: Buffer.from(text) });
const append = (shard: string, ...texts: string[]) => stores.log.append(STREAM, shard, texts.map(entry), 5);
const texts = (shard: string, after: string | null = null, limit = 100) =>
  stores.log.read(STREAM, shard, after, limit).map((record) => Buffer.from(record.data).toString());

test('records come back with their key, bytes and arrival time', () => {
  const data = Uint8Array.from({ length: 256 }, (_, i) => i);
  const sequences = stores.log.append(STREAM, first, [{ partitionKey: 'ü😀', data }], 1_431_856_800_123);
  const [record] = stores.log.read(STREAM, first, null, 10);
  expect(record).toMatchObject({ sequence: sequences[0], partitionKey: 'ü😀', arrivalMs: 1_431_856_800_123 });
  expect(Buffer.from(record?.data ?? []).equals(data)).toBe(true);
});

test('reading goes on after a sequence number, beyond the tenth as well', () => {
  const names = Array.from({ length: 12 }, (_, i) => `record ${i}`);
  const sequences = append(first, ...names);
  expect(texts(first)).toEqual(names);
  for (const [i, sequence] of sequences.entries()) expect(texts(first, sequence)).toEqual(names.slice(i + 1));
  expect(texts(first, sequences[2], 3)).toEqual(names.slice(3, 6));
});

test('each shard holds what was appended to it', () => {
  append(first, 'a', 'b');
  append(second, 'c');
  expect([texts(first), texts(second)]).toEqual([['a', 'b'], ['c']]);
});

test('trimmed records are gone, and their sequence numbers are not given out again', () => {
  const before = append(first, 'a', 'b', 'c');
  stores.log.trim(STREAM, first, before[1] as string);
  expect(texts(first)).toEqual(['c']);
  expect(texts(first, before[0])).toEqual(['c']);
  stores.log.trim(STREAM, first, before[2] as string);
  const after = append(first, 'd');
  expect(before).not.toContain(after[0]);
  expect(texts(first, before[2])).toEqual(['d']);
});

test('a mark is null until it is set, and is set with the records that it stands for', () => {
  expect(stores.log.mark('file')).toBeNull();
  const entries = [
    { shard: first, ...entry('a') },
    { shard: second, ...entry('b') },
    { shard: first, ...entry('c') },
  ];
  stores.log.appendWithMarks(STREAM, entries, 5, [{ name: 'file', value: '3' }]);
  expect(stores.log.mark('file')).toBe('3');
  expect([texts(first), texts(second)]).toEqual([['a', 'c'], ['b']]);
});

test('marks are listed by what their names begin with, and one can take the place of another', () => {
  for (const name of ['replay#a', 'replay#a#0', 'replay#a#1', 'replay#ab#0']) stores.log.setMark(name, name);
  expect([...stores.log.marks('replay#a#').keys()]).toEqual(['replay#a#0', 'replay#a#1']);
  stores.log.setMark('replay#a#2', 'new', 'replay#a');
  expect([stores.log.mark('replay#a'), stores.log.mark('replay#a#2')]).toEqual([null, 'new']);
});

test('a read of records that are too many bytes for memory gives some of them, and the next one goes on', () => {
  const large = { partitionKey: 'k', data: Buffer.alloc(20 << 20) };
  const all = stores.log.append(STREAM, first, [large, large, large], 0);
  const some = stores.log.read(STREAM, first, null, 10);
  expect(some.map(({ sequence }) => sequence)).toEqual(all.slice(0, 2));
  expect(stores.log.read(STREAM, first, all[1] as string, 10).map(({ sequence }) => sequence)).toEqual(all.slice(2));
});

test('where one record cannot be appended, neither the others nor the mark are kept', () => {
  stores.log.appendWithMarks(STREAM, [{ shard: first, ...entry('a') }], 5, [{ name: 'file', value: '1' }]);
  const entries = [
    { shard: first, ...entry('b') },
    { shard: 'no-such-shard', ...entry('c') },
  ];
  expect(() => stores.log.appendWithMarks(STREAM, entries, 5, [{ name: 'file', value: '3' }])).toThrow(/no-such-shard/);
  expect(stores.log.mark('file')).toBe('1');
  expect(texts(first)).toEqual(['a']);
});

test('a probe with a position of another store is refused, for it would find an idle shard', async () => {
  append(first, 'a');
  const position = { sequence: '49590338271490256608559692538361571095921575989136588898', index: 0 };
  await expect(stores.topology.probe(STREAM, first, position)).rejects.toThrow(/the position belongs to another store/);
  await expect(stores.topology.probe(STREAM, first, { sequence: '2', index: 0 })).rejects.toThrow(/below 2/);
});

test('a shard that does not exist is an error that names it', async () => {
  await expect(stores.topology.probe(STREAM, 'shard-9', null)).rejects.toThrow(/'clicks' has no shard 'shard-9'/);
  expect(() => append('shard-9', 'a')).toThrow(/'clicks' has no shard 'shard-9'/);
});

test('records, marks and the next sequence number outlive the process', () => {
  const dir = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(dir, 'store.db');
  const before = openEmbedded(path, { nowMs: () => 0 });
  before.log.createStream(STREAM, 1);
  const shard = before.log.shards(STREAM)[0]?.id ?? '';
  before.log.appendWithMarks(STREAM, [{ shard, ...entry('a') }], 5, [{ name: 'file', value: '1' }]);
  const [taken] = before.log.append(STREAM, shard, [entry('b')], 6);
  before.log.trim(STREAM, shard, taken as string);
  before.close();
  const after = openEmbedded(path, { nowMs: () => 0 });
  expect(after.log.mark('file')).toBe('1');
  expect(after.log.read(STREAM, shard, null, 10)).toEqual([]);
  expect(after.log.append(STREAM, shard, [entry('c')], 7)).toEqual([String(Number(taken) + 1)]);
  after.close();
  rmSync(dir, { recursive: true });
});
