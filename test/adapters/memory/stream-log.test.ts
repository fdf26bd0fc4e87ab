import { MemoryStreamLog } from '../../../adapters/memory/index.ts';

function logOf(shards: number) {
  const log = new MemoryStreamLog();
  log.createStream('clicks', shards);
  return { log, ids: log.shards('clicks').map((shard) => shard.id) as [string, ...string[]] };
}

const entry = (text: string) => ({ partitionKey: text, data: Buffer.from(text) });

test('records come back in order, also beyond the tenth', () => {
  const { log, ids } = logOf(1);
  const names = Array.from({ length: 12 }, (_, i) => `record ${i}`);
  const sequences = log.append('clicks', ids[0], names.map(entry), 5);
  const keys = (after: string | null) => log.read('clicks', ids[0], after, 100).map((record) => record.partitionKey);
  expect(keys(null)).toEqual(names);
  expect(keys(sequences[8] as string)).toEqual(names.slice(9));
});

test('trimmed records are gone, and their sequence numbers are not given out again', () => {
  const { log, ids } = logOf(1);
  const before = log.append('clicks', ids[0], ['a', 'b'].map(entry), 5);
  log.trim('clicks', ids[0], before[1] as string);
  expect(log.read('clicks', ids[0], null, 10)).toEqual([]);
  expect(before).not.toContain(log.append('clicks', ids[0], [entry('c')], 6)[0]);
});

test('a closed shard takes no record, and gives those that it holds', () => {
  const { log, ids } = logOf(1);
  log.append('clicks', ids[0], [entry('a')], 5);
  log.split('clicks', ids[0]);
  expect(() => log.append('clicks', ids[0], [entry('b')], 6)).toThrow(/is closed: use one of its children/);
  expect(log.read('clicks', ids[0], null, 10).map((record) => record.partitionKey)).toEqual(['a']);
});

test('a shard is split, merged or closed once, and never merged with itself', () => {
  const { log, ids } = logOf(2);
  const [first, second] = ids as [string, string];
  expect(() => log.merge('clicks', first, first)).toThrow(/cannot be merged with itself/);
  log.merge('clicks', first, second);
  expect(() => log.split('clicks', first)).toThrow(/is closed/);
  expect(() => log.closeShard('clicks', second)).toThrow(/is closed/);
});

test('a refused merge closes neither shard', () => {
  const { log, ids } = logOf(2);
  const [first, second] = ids as [string, string];
  log.closeShard('clicks', second);
  expect(() => log.merge('clicks', first, second)).toThrow(/is closed/);
  expect(log.isClosed('clicks', first)).toBe(false);
});

test('an unknown stream or shard is named, and a stream is made once', () => {
  const { log } = logOf(1);
  expect(() => log.shards('orders')).toThrow(/There is no stream "orders"/);
  expect(() => log.read('clicks', 'shard-9', null, 1)).toThrow(/"clicks" has no shard "shard-9"/);
  expect(() => log.createStream('clicks', 2)).toThrow(/"clicks" exists already/);
});
