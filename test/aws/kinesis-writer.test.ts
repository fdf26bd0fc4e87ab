import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import fc from 'fast-check';
import { type KinesisRecord, KinesisWriter } from '../../adapters/aws/kinesis-writer.ts';
import { KINESIS_LIMITS } from '../../contracts/kinesis-limits.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { recordedBackoff } from './recorded-backoff.ts';
import { type ScriptedCall, scriptedKinesis } from './scripted-client.ts';

const PLENTY = () => 10_000;

function record(partitionKey: string, text = '{}'): KinesisRecord {
  return { partitionKey, data: Buffer.from(text) };
}

/** The keys of each call, as Kinesis is given them. */
function keysOf(calls: readonly ScriptedCall[]): string[][] {
  return calls.map(({ input }) => (input.Records as { PartitionKey: string }[]).map((each) => each.PartitionKey));
}

const written = { SequenceNumber: '1', ShardId: 'shardId-000000000000' };
const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded.' };
const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' };

/** A stream that refuses the records of the given keys so many times, and then takes them. */
function refusing(refusals: Record<string, object[]>) {
  const { client, calls } = scriptedKinesis(({ input }) => ({
    Records: (input.Records as { PartitionKey: string }[]).map(
      ({ PartitionKey }) => refusals[PartitionKey]?.shift() ?? written,
    ),
  }));
  const backoff = recordedBackoff();
  return { writer: new KinesisWriter({ client, backoff, callMs: 2500 }), calls, pausesMs: backoff.pausesMs };
}

describe('putting records', () => {
  test('of different keys takes one call, and no pause', async () => {
    const { writer, calls, pausesMs } = refusing({});
    expect(await writer.put('clicks', [record('a'), record('b')], PLENTY)).toEqual({
      outcomes: ['written', 'written'],
      calls: 1,
    });
    expect(calls[0]?.input).toMatchObject({ StreamName: 'clicks' });
    expect(pausesMs).toEqual([]);
  });

  test('sends again those that failed, and no others, with full jitter', async () => {
    const { writer, calls, pausesMs } = refusing({ b: [throttled, failed] });
    const { outcomes } = await writer.put('clicks', [record('a'), record('b'), record('c')], PLENTY);
    expect(outcomes).toEqual(['written', 'written', 'written']);
    expect(keysOf(calls)).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(pausesMs).toEqual([25, 50]);
  });

  test('never sends a later record of a key before an earlier one is written', async () => {
    const { writer, calls } = refusing({ a: [throttled] });
    const records = [record('a', '1'), record('b'), record('a', '2'), record('a', '3')];
    expect((await writer.put('clicks', records, PLENTY)).outcomes).toEqual(Array(4).fill('written'));
    const sent = calls.map(({ input }) =>
      (input.Records as { Data: Uint8Array }[]).map(({ Data }) => Buffer.from(Data).toString()),
    );
    expect(sent).toEqual([['1', '{}'], ['1'], ['2'], ['3']]);
  });

  test('ends when the time is up, and a record that is not written holds back the later ones of its key', async () => {
    let leftMs = 10_000;
    const { writer } = refusing({ a: Array(20).fill(failed), b: Array(20).fill(throttled) });
    const { outcomes, calls } = await writer.put(
      'clicks',
      [record('a'), record('b'), record('a'), record('c')],
      () => (leftMs -= 1000),
    );
    expect(outcomes).toEqual(['unavailable', 'throttled', 'unavailable', 'written']);
    expect(calls).toBe(5);
  });

  test('without the time for one call sends nothing', async () => {
    const { writer, calls } = refusing({});
    expect(await writer.put('clicks', [record('a')], () => 2499)).toEqual({ outcomes: ['throttled'], calls: 0 });
    expect(calls).toEqual([]);
  });

  test('is not begun where its calls, four at a time, may take longer than is left', async () => {
    const { writer, calls } = refusing({});
    const records = Array.from({ length: 2001 }, (_, i) => record(String(i)));
    expect((await writer.put('clicks', records, () => 4999)).calls).toBe(0);
    expect((await writer.put('clicks', records, () => 5000)).calls).toBe(5);
    expect(calls).toHaveLength(5);
  });

  test('brings every record in once and those of a key in order, whatever Kinesis refuses', async () => {
    const plan = fc.record({
      keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }),
      refusals: fc.array(fc.boolean(), { maxLength: 60 }),
      rounds: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ keys, refusals, rounds }) => {
        const stream: string[] = [];
        const left = [...refusals];
        const { client } = scriptedKinesis(({ input }) => ({
          Records: (input.Records as { Data: Uint8Array }[]).map(({ Data }) => {
            if (left.shift() === true) return throttled;
            stream.push(Buffer.from(Data).toString());
            return written;
          }),
        }));
        let leftMs = 5000 + rounds * 1000;
        const writer = new KinesisWriter({ client, backoff: recordedBackoff(), callMs: 2500 });
        const records = keys.map((key, index) => record(key, `${key}${index}`));
        const { outcomes } = await writer.put('clicks', records, () => (leftMs -= 1000));
        const accepted = records.map(({ data }) => String(data)).filter((_, index) => outcomes[index] === 'written');
        for (const key of ['a', 'b', 'c', 'd']) {
          const ofKey = (each: string) => each.startsWith(key);
          expect(stream.filter(ofKey)).toEqual(accepted.filter(ofKey));
        }
        // What is written of a key has no gap: it is the first of its records.
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome === 'written') continue;
          const later = keys.findIndex((key, at) => at > index && key === keys[index] && outcomes[at] === 'written');
          expect(later).toBe(-1);
        }
      }),
    );
  });

  test('is divided into calls of 500 records and of 5 MiB', async () => {
    const { writer, calls } = refusing({});
    await writer.put(
      'clicks',
      Array.from({ length: 1001 }, (_, i) => record(String(i))),
      PLENTY,
    );
    expect(calls.map(({ input }) => (input.Records as unknown[]).length)).toEqual([500, 500, 1]);
    calls.length = 0;
    const large = 'x'.repeat(KINESIS_LIMITS.recordBytes - 1);
    await writer.put(
      'clicks',
      Array.from({ length: 6 }, (_, i) => record(String(i), large)),
      PLENTY,
    );
    expect(calls.map(({ input }) => (input.Records as unknown[]).length)).toEqual([5, 1]);
  });

  test('gives Kinesis a hash where it does not take the key', async () => {
    const { writer, calls } = refusing({});
    await writer.put(
      'clicks',
      [record(''), record('x'.repeat(257)), record('x'.repeat(256)), record('\ud83d')],
      PLENTY,
    );
    expect(keysOf(calls)[0]).toEqual([
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'x'.repeat(256),
      '\ufffd',
    ]);
  });

  test('tries again where a whole call is throttled', async () => {
    let calls = 0;
    const { client } = scriptedKinesis(() => {
      if (calls++ === 0) throw new ProvisionedThroughputExceededException({ message: 'Rate exceeded.', $metadata: {} });
      return { Records: [written] };
    });
    const writer = new KinesisWriter({ client, backoff: recordedBackoff(), callMs: 2500 });
    expect(await writer.put('clicks', [record('a')], PLENTY)).toEqual({ outcomes: ['written'], calls: 2 });
  });
});

describeWithKinesis('KinesisWriter', (endpoint) => {
  let client: KinesisClient;
  let proxy: FaultProxy;
  let stream: string;

  beforeAll(async () => {
    proxy = await startFaultProxy(endpoint().url);
    client = new KinesisClient({ ...clientSettings(proxy, 1), requestHandler: new NodeHttpHandler() });
    stream = fresh('stream');
    await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 2 }));
    for (let tries = 0; tries < 2000; tries++) {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
      if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break;
    }
  });
  afterAll(async () => {
    client.destroy();
    await proxy.close();
  });

  /** The data of all records of a key, shard by shard, in the order of the stream. */
  async function stored(key: string): Promise<string[]> {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
    const found: string[] = [];
    for (const { ShardId } of Shards) {
      const start = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
      for (const { PartitionKey, Data } of Records) {
        if (PartitionKey === key) found.push(Buffer.from(Data ?? []).toString());
      }
    }
    return found;
  }

  const writer = () => new KinesisWriter({ client, backoff: recordedBackoff(), callMs: 2500 });
  const threeOf = (key: string) => ['1', '2', '3'].map((text) => record(key, text));

  test('puts the records of a key in their order', async () => {
    const key = fresh('key');
    expect((await writer().put(stream, [...threeOf(key), record('other')], PLENTY)).outcomes).toEqual(
      Array(4).fill('written'),
    );
    expect(await stored(key)).toEqual(['1', '2', '3']);
  });

  test('keeps their order through throttling of a record and of a call', async () => {
    const key = fresh('key');
    proxy.inject(
      { kind: 'answer', status: 200, body: { FailedRecordCount: 1, Records: [throttled] } },
      refusal('ProvisionedThroughputExceededException'),
    );
    expect(await writer().put(stream, threeOf(key), PLENTY)).toEqual({ outcomes: Array(3).fill('written'), calls: 5 });
    expect(await stored(key)).toEqual(['1', '2', '3']);
  });

  test('writes a record twice rather than not at all where the reply is lost', async () => {
    const key = fresh('key');
    proxy.inject({ kind: 'loseReply' });
    expect((await writer().put(stream, threeOf(key), PLENTY)).outcomes).toEqual(Array(3).fill('written'));
    expect(await stored(key)).toEqual(['1', '1', '2', '3']);
  });

  test('says what failed where trying again would not help', async () => {
    await expect(writer().put('no-such-stream', [record('a')], PLENTY)).rejects.toThrow(
      /^Putting 1 records to stream no-such-stream failed with ResourceNotFoundException: /,
    );
  });
});
