import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type FailedEvents, Producer, type ProducerOptions, REAL_TIMERS } from '../../producer/index.ts';
import { fresh } from '../conformance/fresh.ts';
import { valuesOf } from '../engine/decode/decoded.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { type Fault, type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';

interface Click {
  readonly user: string;
  readonly n: number;
  readonly event_id?: string;
}

const THROTTLED = 'ProvisionedThroughputExceededException';

describeWithKinesis('a producer over HTTP', (endpoint) => {
  let proxy: FaultProxy;
  let direct: KinesisClient;
  let client: KinesisClient;
  beforeAll(async () => {
    proxy = await startFaultProxy(endpoint().url);
    direct = new KinesisClient({ ...clientSettings(endpoint()), requestHandler: new NodeHttpHandler() });
    client = new KinesisClient({ ...clientSettings(proxy, 1), requestHandler: new NodeHttpHandler() });
  });
  afterAll(async () => {
    client.destroy();
    direct.destroy();
    await proxy.close();
  });

  async function setUp(options: Partial<ProducerOptions<Click>> = {}) {
    const streamName = fresh('stream');
    await direct.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 2 }));
    const producer = new Producer<Click>({
      client,
      streamName,
      partitionKey: (click) => click.user,
      eventId: 'event_id',
      lanes: 4,
      lingerMs: 5,
      recordBytes: 1000,
      // No pauses: between nothing and the bound, chance takes nothing.
      timers: { ...REAL_TIMERS, random: () => 0 },
      ...options,
    });
    return { streamName, producer };
  }

  async function send(producer: Producer<Click>, events: number, flushEvery = events): Promise<void> {
    for (let n = 0; n < events; n++) {
      await producer.put({ user: `user-${n % 13}`, n });
      if ((n + 1) % flushEvery === 0) await producer.flush();
    }
    await producer.flush();
  }

  /** The first copies of what arrived, in order, by user; and how many copies there were beside. */
  async function arrived(streamName: string) {
    const events = await allEvents(direct, streamName);
    const seen = new Set<string>();
    const byUser = new Map<string, number[]>();
    for (const { user, n, event_id = '' } of events) {
      if (seen.has(event_id)) continue;
      seen.add(event_id);
      byUser.set(user, [...(byUser.get(user) ?? []), n]);
    }
    return { byUser, events: seen.size, copies: events.length - seen.size };
  }

  function expectAllInOrder(byUser: ReadonlyMap<string, readonly number[]>, events: number): void {
    const numbers = [...byUser.values()].flat();
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: events }, (_, n) => n));
    for (const [user, order] of byUser)
      expect({ user, order }).toEqual({ user, order: [...order].sort((a, b) => a - b) });
  }

  test('brings every event over once, readable, in order by key, spread over the shards', async () => {
    const { producer, streamName } = await setUp();
    await send(producer, 2000);
    const { byUser, copies } = await arrived(streamName);
    expectAllInOrder(byUser, 2000);
    expect(copies).toBe(0);
    const { sent, records, requests } = producer.metrics();
    expect(sent).toBe(2000);
    expect(records).toBeLessThan(200);
    expect(requests).toBeLessThanOrEqual(records);
    for (const shard of await shardsOf(direct, streamName)) {
      expect((await recordsOf(direct, streamName, shard)).length).toBeGreaterThan(0);
    }
  });

  const withoutCopies: [string, Fault][] = [
    ['is throttled', refusal(THROTTLED)],
    ['meets a fault of the service', { kind: 'answer', status: 500, body: { __type: 'InternalFailure' } }],
    ['loses the first record of a request', { kind: 'failRecords', places: (n) => n === 0, code: THROTTLED }],
    ['loses every other record', { kind: 'failRecords', places: (n) => n % 2 === 1, code: 'InternalFailure' }],
    ['loses all records of a request', { kind: 'failRecords', places: () => true, code: 'InternalFailure' }],
  ];

  test.each(withoutCopies)('that %s brings every event over once, in order by key', async (_, fault) => {
    // Each flush is one request of a record of every lane.
    const { producer, streamName } = await setUp({ recordBytes: 25_000, lingerMs: 60_000 });
    proxy.inject(...new Array<Fault>(6).fill(fault));
    await send(producer, 500, 50);
    const { byUser, copies } = await arrived(streamName);
    expectAllInOrder(byUser, 500);
    expect(copies).toBe(0);
    expect(producer.metrics().retriedRecords).toBeGreaterThan(0);
  });

  test.each<[string, Fault]>([
    ['lost', { kind: 'loseReply' }],
    ['garbled', { kind: 'garbleReply' }],
  ])('whose replies are %s brings every event over in order, and copies bear the same id', async (_, fault) => {
    const { producer, streamName } = await setUp();
    proxy.inject(fault, fault);
    await send(producer, 500);
    const { byUser, copies } = await arrived(streamName);
    expectAllInOrder(byUser, 500);
    expect(copies).toBe(producer.metrics().retriedEvents);
    expect(copies).toBeGreaterThan(0);
  });

  test.each([1, 2, 3])('in a storm of all faults brings every event over, in order by key (seed %i)', async (seed) => {
    const { producer, streamName } = await setUp();
    const faults: readonly Fault[] = [...withoutCopies.map(([, fault]) => fault), { kind: 'loseReply' }];
    let state = seed;
    const next = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state;
    };
    proxy.inject(...Array.from({ length: 100 }, () => faults[next() % faults.length] as Fault));
    await send(producer, 3000, 100);
    const { byUser, copies } = await arrived(streamName);
    expectAllInOrder(byUser, 3000);
    expect(copies).toBeGreaterThan(0);
    const { retriedEvents, requests } = producer.metrics();
    expect(copies).toBeLessThanOrEqual(retriedEvents);
    // None of the faults is left over.
    expect(requests).toBeGreaterThanOrEqual(100);
  });

  test('gives a request up that is never answered, and repeats it', async () => {
    const { producer, streamName } = await setUp({ requestTimeoutMs: 50 });
    proxy.inject({ kind: 'hang' });
    await send(producer, 100);
    const { byUser } = await arrived(streamName);
    expectAllInOrder(byUser, 100);
  });

  test('of a stream that does not exist hands its events over with the words of Kinesis', async () => {
    const failures: FailedEvents[] = [];
    const { producer } = await setUp({
      streamName: fresh('nowhere'),
      onFailed: (failure) => void failures.push(failure),
    });
    await producer.put({ user: 'ann', n: 1 });
    await producer.close();
    expect(failures).toHaveLength(1);
    expect(failures[0]?.error.message).toMatch(
      /was tried once and failed with ResourceNotFoundException: Stream nowhere/,
    );
    expect(failures[0]?.events).toMatchObject([{ user: 'ann', n: 1 }]);
  });
});

async function shardsOf(client: KinesisClient, StreamName: string): Promise<string[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  return Shards.map(({ ShardId = '' }) => ShardId);
}

async function recordsOf(client: KinesisClient, StreamName: string, ShardId: string): Promise<Uint8Array[]> {
  const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data }) => Data as Uint8Array);
}

async function allEvents(client: KinesisClient, streamName: string): Promise<Click[]> {
  const events: Click[] = [];
  for (const shard of await shardsOf(client, streamName)) {
    for (const data of await recordsOf(client, streamName, shard)) events.push(...(valuesOf(data) as Click[]));
  }
  return events;
}
