import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { KINESIS_LIMITS } from '../../contracts/kinesis-limits.ts';
import { generators } from '../../generate/index.ts';
import { MAX_UNPACKED_BYTES } from '../../producer/limits.ts';
import { type Line, LineQueue } from '../../producer/line.ts';
import { type Compression, Packer } from '../../producer/packer.ts';
import { divideIntoRequests } from '../../producer/requests.ts';
import { countedIds } from '../../producer/stamp.ts';
import { valuesOf } from '../engine/decode/decoded.ts';

const COMPRESSIONS: readonly Compression[] = ['gzip', 'zstd', 'none'];

function line(event: object): Line {
  const text = JSON.stringify(event);
  return { text, bytes: Buffer.byteLength(text) + 1, isJson: true };
}

function queueOf(events: readonly object[]): LineQueue {
  const queue = new LineQueue();
  for (const event of events) queue.push(line(event));
  return queue;
}

/** Text that shrinks well, badly or not at all, and of other widths of UTF-8. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .constantFrom('a', '/products/oak-rug/reviews', '\u20ac')
    .chain((unit) => fc.integer({ min: 0, max: 300 }).map((times) => unit.repeat(times))),
  fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes).toString('base64')),
);
const events = fc.array(fc.record({ id: fc.nat(), text }), { minLength: 1, maxLength: 300 });

describe('packing', () => {
  test('loses no event, keeps their order, and keeps to the size of a record where one event does', () => {
    const property = fc.property(
      events,
      fc.integer({ min: 200, max: 5000 }),
      fc.constantFrom(...COMPRESSIONS),
      (given, recordBytes, compression) => {
        const queue = queueOf(given);
        const packer = new Packer(recordBytes, compression);
        const unpacked: unknown[] = [];
        while (queue.length > 0) {
          const { data, lines, lineBytes } = packer.pack(queue);
          expect(data.length <= recordBytes || lines.length === 1).toBe(true);
          expect(lineBytes).toBe(lines.reduce((sum, { bytes }) => sum + bytes, 0));
          unpacked.push(...valuesOf(data));
        }
        expect(unpacked).toEqual(given);
        expect(queue.bytes).toBe(0);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test.each(COMPRESSIONS)('with %s fills records nearly, once it knows how far events shrink', (compression) => {
    const packer = new Packer(25_000, compression);
    const queue = new LineQueue();
    const sizes: number[] = [];
    for (let n = 0; n < 60_000; n++) {
      queue.push(line({ event_id: `run-${n.toString(36)}`, user_id: `u${(n * 7919) % 5000}`, page: `/p/${n % 97}` }));
      if (packer.fills(queue)) sizes.push(packer.pack(queue).data.length);
    }
    const later = sizes.slice(5);
    expect(later.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(25_000);
    expect(Math.min(...later)).toBeGreaterThan(0.85 * 25_000);
  });

  test('ids of a run and a count add at most a fifth of the bytes that random UUIDs add', () => {
    const clickstream = generators.get('clickstream');
    if (!clickstream) throw new Error('There is no generator of clickstreams.');
    const plain = [...clickstream.generate({ ...clickstream.defaults, events: 20_000, seed: 7 })].map((text) => {
      const { event_id: _, ...event } = JSON.parse(text) as Record<string, unknown>;
      return event;
    });
    const bytesPerEvent = (withId: (event: object) => object) => {
      const packer = new Packer(25_000, 'gzip');
      const queue = queueOf(plain.map(withId));
      let bytes = 0;
      while (queue.length > 0) bytes += packer.pack(queue).data.length;
      return bytes / plain.length;
    };
    const newId = countedIds();
    const without = bytesPerEvent((event) => event);
    const counted = bytesPerEvent((event) => ({ ...event, event_id: newId() })) - without;
    const random = bytesPerEvent((event) => ({ ...event, event_id: randomUUID() })) - without;
    expect(random).toBeGreaterThan(16);
    expect(counted * 5).toBeLessThan(random);
  });

  test('of events that shrink to nothing stops at what a reader is to unfold', () => {
    const packer = new Packer(25_000, 'gzip');
    const queue = queueOf(Array.from({ length: 500 }, () => ({ pad: 'x'.repeat(50_000) })));
    let records = 0;
    for (; queue.length > 0; records++) expect(packer.pack(queue).lineBytes).toBeLessThanOrEqual(MAX_UNPACKED_BYTES);
    expect(records).toBeGreaterThan(5);
  });

  test('an event of the largest size that cannot shrink makes a record within the limit of Kinesis', () => {
    let seed = 1;
    const noise = Array.from({ length: 262_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return String.fromCharCode(0x23 + (seed % 57));
    }).join('');
    for (const compression of COMPRESSIONS) {
      const { data } = new Packer(25_000, compression).pack(queueOf([{ noise }]));
      expect(data.length).toBeLessThan(KINESIS_LIMITS.recordBytes / 2);
    }
  });
});

describe('dividing records into requests', () => {
  test('loses none, keeps their order, and keeps to the limits of a request', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: KINESIS_LIMITS.recordBytes }), { maxLength: 1200 });
    fc.assert(
      fc.property(fc.oneof(sizes, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 1200 })), (records) => {
        const requests = divideIntoRequests(records, (size) => size);
        expect(requests.flat()).toEqual(records);
        for (const request of requests) {
          expect(request.length).toBeGreaterThan(0);
          expect(request.length).toBeLessThanOrEqual(500);
          expect(request.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5 * 1024 * 1024);
        }
      }),
    );
  });
});
