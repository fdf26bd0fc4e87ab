import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { stream, Timestamp, Type } from '../../engine/index.ts';
import { eventLine } from '../../producer/event-line.ts';
import { eventsOf, Producer } from '../../producer/index.ts';
import { laneKeys, laneOf } from '../../producer/lane-keys.ts';
import { countedIds, stamped } from '../../producer/stamp.ts';
import { fakeKinesis } from './fake-kinesis.ts';

describe('lanes', () => {
  test('aim at the middle of equal parts of the range of hash keys', () => {
    expect(laneKeys(1)).toEqual([{ partitionKey: 'lane-0', explicitHashKey: String(1n << 127n) }]);
    expect(laneKeys(4).map(({ explicitHashKey }) => BigInt(explicitHashKey))).toEqual(
      [1n, 3n, 5n, 7n].map((eighths) => eighths << 125n),
    );
    expect(BigInt(laneKeys(256).at(-1)?.explicitHashKey ?? 0)).toBeLessThan(1n << 128n);
  });

  test('a key goes to the shard that Kinesis finds for it by its MD5, where shards end between lanes', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(1, 2, 4, 8), (key, shards) => {
      const shardOf = (hashKey: bigint) => (hashKey * BigInt(shards)) >> 128n;
      const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      const lane = laneKeys(16)[laneOf(key, 16)];
      expect(shardOf(BigInt(lane?.explicitHashKey ?? -1))).toBe(shardOf(hash));
    });
    fc.assert(property);
  });

  test('keys spread evenly over any number of lanes', () => {
    for (const lanes of [3, 8, 50]) {
      const counts = new Array<number>(lanes).fill(0);
      for (let n = 0; n < lanes * 1000; n++) {
        const lane = laneOf(`user-${n}`, lanes);
        counts[lane] = (counts[lane] as number) + 1;
      }
      expect(Math.min(...counts)).toBeGreaterThan(850);
      expect(Math.max(...counts)).toBeLessThan(1150);
    }
  });
});

describe('ids and times', () => {
  const stamps = { eventId: 'id', eventTime: null, newId: () => 'new', nowMs: () => 1_431_856_800_123 };

  test.each([
    ['missing', {}, { id: 'new' }],
    ['null', { id: null }, { id: 'new' }],
    ['there', { id: 'own' }, { id: 'own' }],
    ['there and 0', { id: 0 }, { id: 0 }],
  ])('an id that is %s is filled in only where it lacks', (_, event, expected) => {
    expect(stamped(event, stamps)).toEqual(expected);
  });

  test('fields inside of objects are filled in, and the event of the caller stays as it is', () => {
    const event = { meta: { a: 1 } };
    const nested = { ...stamps, eventId: 'meta.ids.event' };
    expect(stamped(event, nested)).toEqual({ meta: { a: 1, ids: { event: 'new' } } });
    expect(event).toEqual({ meta: { a: 1 } });
    expect(stamped({ meta: 'text' }, nested)).toEqual({ meta: 'text' });
  });

  test.each([
    ['iso8601', '2015-05-17T10:00:00.123Z'],
    ['any', 1_431_856_800_123],
    ['epoch-ms', 1_431_856_800_123],
    ['epoch-s', 1_431_856_800.123],
    ['epoch-us', 1_431_856_800_123_000],
  ] as const)('a time is written as %s', (format, expected) => {
    const eventTime = { field: 'at', format };
    expect(stamped({}, { ...stamps, eventId: null, eventTime })).toEqual({ at: expected });
  });

  test('ids of one run count up, and those of two runs differ', () => {
    const ids = [countedIds(), countedIds()].flatMap((newId) => [newId(), newId()]);
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[\w-]{16}-0$/);
    expect(ids[1]).toBe(`${ids[0]?.slice(0, -1)}1`);
  });
});

describe('the options of a stream of a pipeline', () => {
  const clicks = stream('clicks', {
    schema: Type.Object({
      event_id: Type.String(),
      who: Type.Object({ id: Type.String() }),
      at: Timestamp('epoch-ms'),
    }),
    eventTime: 'at',
    eventId: 'event_id',
    partitionKey: 'who.id',
    maxLateness: '1 minute',
  });

  test('fill in id and time, take its partition key, and refuse what would be a dead letter', async () => {
    const { putRecords, events } = fakeKinesis();
    const options = { putRecords, streamName: 'clicks', newId: () => 'e1', nowMs: () => 1_431_856_800_000 };
    const producer = new Producer({ ...options, ...eventsOf(clicks) });
    await producer.put({ who: { id: 'ann' } });
    await expect(producer.put({ who: 'ann' })).rejects.toThrow("Field 'who' in stream 'clicks' is");
    await expect(producer.put({ who: { id: 'ann' }, at: 'noon' })).rejects.toThrow(
      "Field 'at' is \"noon\", which is no timestamp of format epoch-ms, in stream 'clicks'.",
    );
    await producer.close();
    expect([...events.values()].flat()).toEqual([{ who: { id: 'ann' }, event_id: 'e1', at: 1_431_856_800_000 }]);
  });

  test('make an id where the event has an empty one, which is none', async () => {
    const { putRecords, events } = fakeKinesis();
    const options = { putRecords, streamName: 'clicks', newId: () => 'e1', nowMs: () => 1_431_856_800_000 };
    const producer = new Producer({ ...options, ...eventsOf(clicks) });
    await producer.put({ event_id: '', who: { id: 'ann' } });
    await producer.close();
    expect([...events.values()].flat()).toMatchObject([{ event_id: 'e1' }]);
  });

  test('write a bigint with all of its digits', () => {
    const numbered = stream('numbered', {
      schema: Type.Object({ id: Type.Integer(), price: Type.Number(), at: Timestamp('epoch-ms') }),
      eventTime: 'at',
      partitionKey: 'id',
      maxLateness: '1 minute',
    });
    const { validate } = eventsOf(numbered);
    const stampsOf = { eventId: null, eventTime: null, newId: () => 'e1', nowMs: () => 0 };
    const event = { id: 9007199254740993n, price: 1, at: 0 };
    expect(eventLine(event, stampsOf, validate ?? null).line.text).toBe('{"id":9007199254740993,"price":1,"at":0}');
    expect(eventsOf(numbered).partitionKey(event)).toBe(9007199254740993n);
    expect(() => eventLine({ ...event, price: 9007199254740993n }, stampsOf, validate ?? null)).toThrow(
      "Field 'price' in stream 'numbered' is 9007199254740993: it would be rounded.",
    );
    const circular: Record<string, unknown> = { id: 9007199254740993n };
    circular.itself = circular;
    expect(() => eventLine(circular, stampsOf, null)).toThrow('The event cannot be written as JSON');
  });

  test('leave an id that is a number to the service', () => {
    const numbered = stream('numbered', {
      schema: Type.Object({ event_id: Type.Integer(), who: Type.String(), at: Timestamp() }),
      eventTime: 'at',
      eventId: 'event_id',
      partitionKey: 'who',
      maxLateness: '1 minute',
    });
    expect(eventsOf(numbered)).not.toHaveProperty('eventId');
    expect(eventsOf(numbered).validate?.({ who: 'ann', at: 1 }, '{"who":"ann","at":1}')).toBe(
      "Field 'event_id' in stream 'numbered' is missing.",
    );
  });
});
