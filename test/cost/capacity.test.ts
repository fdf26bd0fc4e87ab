import { CapacityError } from '../../cost/capacity.ts';
import { MEASURED } from '../../cost/measured.ts';
import { DEFAULT_PACKER, type Packing } from '../../cost/packing.ts';
import { cost, packedIn } from './support.ts';

const zstd: Packing = { kind: 'zstd', ...DEFAULT_PACKER, curve: MEASURED.compression };

test('2.3 MB a second into one shard is refused, and the message says how many it takes', () => {
  expect(() => cost({ eventsPerSecond: 10_000 }, { shards: 1 })).toThrow(
    new CapacityError(
      "The setting 'shards' is 1, and 2.3 MB/s in 10,000 records/s come into the stream of pipeline 'shop': a shard takes 1 MB/s and 1,000 records/s. Give it at least 10 shards (-c shards=10), and more if its keys are uneven, or pack and compress the events of 230 bytes (--zstd).",
    ),
  );
  expect(cost({ eventsPerSecond: 10_000 }, { shards: 10 }).traffic.shards).toBe(10);
});

test('packed plainly it is the bytes that count, and compressed they fit', () => {
  const plain = { eventsPerSecond: 10_000, packing: packedIn(25_000) };
  expect(() => cost(plain, { shards: 2 })).toThrow('2.31 MB/s in 92.6 records/s come into the stream');
  expect(() => cost(plain, { shards: 2 })).toThrow('at least 3 shards (-c shards=3)');
  expect(cost(plain, { shards: 3 }).traffic.shards).toBe(3);
  expect(cost({ eventsPerSecond: 10_000, packing: zstd }, { shards: 1 }).traffic.shards).toBe(1);
});

test('the last event that fits is taken, and the next one is not', () => {
  expect(cost({ eventsPerSecond: 1000 }, { shards: 1 }).traffic.shards).toBe(1);
  expect(() => cost({ eventsPerSecond: 1000.5 }, { shards: 1 })).toThrow(CapacityError);
  expect(cost({ eventsPerSecond: 0 }, { shards: 1 }).traffic.shards).toBe(1);
});

test('more than one call at a time can take in is refused, also on demand', () => {
  const much = { eventsPerSecond: 120_000, packing: zstd };
  expect(() => cost(much, { shards: 2, memory: 256 })).toThrow(
    /^A shard of pipeline 'shop' would get 60,000 events\/s, and one call at a time with 256 MB takes in about 5\d,\d{3}\. Give it at least 3 shards a stream \(-c shards=3\), or 1769 MB, which is a whole CPU \(-c memory=1769\)\.$/,
  );
  expect(cost(much, { shards: 3, memory: 256 }).traffic.shards).toBe(3);
  expect(cost(much, { shards: 2, memory: 1769 }).traffic.shards).toBe(2);
  expect(() => cost({ ...much, eventsPerSecond: 200_000 }, { memory: 128 })).toThrow(CapacityError);
});

test('where no number of shards would do, the message says what would', () => {
  const torrent = { eventsPerSecond: 10_000_000, eventBytes: 5000 };
  for (const shards of [null, 10_000]) {
    expect(() => cost(torrent, { shards })).toThrow(
      new CapacityError(
        "50,000 MB/s in 10,000,000 records/s come into the stream of pipeline 'shop', which are 50,000 shards: a shard takes 1 MB/s and 1,000 records/s, and a stream has at most 10,000. Divide the events among more streams, or pack and compress the events of 5,000 bytes (--zstd).",
      ),
    );
  }
  const oneByOne = { shards: 10_000, memory: 10_240, batchSize: 1, batchingWindowSeconds: 0 };
  expect(() => cost({ eventsPerSecond: 10_000_000 }, oneByOne)).toThrow(
    /Give it larger batches \(-c batchSize, -c batchingWindowSeconds\): no number of shards is enough\.$/,
  );
});
