import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  LimitExceededException,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { StreamCreationTimes, streamNameOfArn, toSourceBatches } from '../../adapters/aws/kinesis-event.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { scriptedKinesis } from './scripted-client.ts';

const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
const CONSUMER_ARN = `${ARN}/consumer/streamgauge:1750000000`;
const SOURCE = { streamOf: streamNameOfArn, creationSecondsOf: async () => 1_431_856_800 };

describe('the records of an event', () => {
  test('come with their bytes, positions and times, in their order', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const [batch] = await toSourceBatches(
      event([
        record('0', '9', {
          data: Buffer.from(bytes).toString('base64'),
          approximateArrivalTimestamp: 1_431_856_900.123,
        }),
        record('0', '10', { partitionKey: 'user-7' }),
      ]),
      SOURCE,
    );
    expect(batch).toMatchObject({ stream: 'clicks', shard: '1431856800:shardId-000000000000' });
    expect(batch?.records.map(({ data, ...rest }) => ({ ...rest, data: Buffer.from(data).toString('hex') }))).toEqual([
      { sequence: '9', arrivalMs: 1_431_856_900_123, partitionKey: 'key', data: Buffer.from(bytes).toString('hex') },
      { sequence: '10', arrivalMs: 1_431_856_800_000, partitionKey: 'user-7', data: '7b7d' },
    ]);
  });

  test('are told apart by shard and stream', async () => {
    const other = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';
    const batches = await toSourceBatches(
      event([record('0', '1'), record('1', '2'), record('0', '3'), record('0', '4', {}, other)]),
      SOURCE,
    );
    expect(
      batches.map(({ stream, shard, records }) => [stream, shard.at(-1), records.map((each) => each.sequence)]),
    ).toEqual([
      ['clicks', '0', ['1', '3']],
      ['clicks', '1', ['2']],
      ['orders', '0', ['4']],
    ]);
  });

  test('that come by enhanced fan-out are of the same stream and shard, whatever consumer they name', async () => {
    const events = [record('0', '1'), record('0', '2', {}, CONSUMER_ARN)];
    expect(await toSourceBatches(event(events), SOURCE)).toMatchObject([
      { stream: 'clicks', shard: '1431856800:shardId-000000000000', records: [{ sequence: '1' }, { sequence: '2' }] },
    ]);
  });

  test('of an event without any are no batches', async () => {
    expect(await toSourceBatches(event([]), SOURCE)).toEqual([]);
  });

  test('without a shard are an error that shows the id', async () => {
    const broken = { ...record('0', '1'), eventID: '49590' };
    await expect(toSourceBatches(event([broken]), SOURCE)).rejects.toThrow(/has the event id "49590"/);
  });
});

describe('the creation time of a stream', () => {
  const description = (second: number) => ({
    StreamDescriptionSummary: { StreamCreationTimestamp: new Date(second * 1000 + 999) },
  });

  test('is asked for once, and again when the answer is too old', async () => {
    let nowMs = 0;
    const { client, calls } = scriptedKinesis(() => description(1000 + calls.length));
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => nowMs }, maxAgeMs: 60_000 });
    const first = await Promise.all([times.of(ARN), times.of(ARN)]);
    nowMs = 59_999;
    const before = await times.of(ARN);
    nowMs = 60_000;
    expect([...first, before, await times.of(ARN)]).toEqual([1001, 1001, 1001, 1002]);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ operation: 'DescribeStreamSummary', input: { StreamName: 'clicks' } });
  });

  test('is asked for again after a failure, which names the stream', async () => {
    let failing = true;
    const { client } = scriptedKinesis(() => {
      if (failing) throw new LimitExceededException({ message: 'Too many calls.', $metadata: {} });
      return description(1000);
    });
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => 0 } });
    await expect(times.of(ARN)).rejects.toThrow(
      /Describing the Kinesis stream "clicks" failed with LimitExceededException: Too many calls\./,
    );
    failing = false;
    expect(await times.of(ARN)).toBe(1000);
  });

  test('is the one that was known where it cannot be asked for again, for all who ask', async () => {
    let [nowMs, failing] = [0, false];
    const { client, calls } = scriptedKinesis(() => {
      if (failing) throw new LimitExceededException({ message: 'Too many calls.', $metadata: {} });
      return description(1000 + calls.length);
    });
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => nowMs }, maxAgeMs: 60_000 });
    expect(await times.of(ARN)).toBe(1001);
    [nowMs, failing] = [60_000, true];
    expect(await Promise.all([times.of(ARN), times.of(ARN)])).toEqual([1001, 1001]);
    failing = false;
    expect(await times.of(ARN)).toBe(1000 + calls.length);
  });

  test('is asked for once where records of a stream come by its ARN and by a consumer of it', async () => {
    const { client, calls } = scriptedKinesis(() => description(1000));
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => 0 } });
    expect(await Promise.all([times.of(ARN), times.of(CONSUMER_ARN)])).toEqual([1000, 1000]);
    expect(calls.map(({ input }) => input)).toEqual([{ StreamName: 'clicks' }]);
  });

  test.each([
    'arn:aws:kinesis:eu-west-1:1:stream/',
    'arn:aws:kinesis:eu-west-1:1:stream/a/consumer/b',
    'arn:aws:kinesis:eu-west-1:1:stream/a/consumer/b:c',
    'arn:aws:kinesis:eu-west-1:1:stream/a/consumer/b:2/more',
    'arn:aws:sqs:eu-west-1:1:clicks',
  ])('cannot be asked for by %s', async (arn) => {
    const { client } = scriptedKinesis(() => description(1000));
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => 0 } });
    await expect(times.of(arn)).rejects.toThrow(/is no ARN of a Kinesis stream or of a consumer of one/);
  });
});

describeWithKinesis('the shard of a record', (endpoint) => {
  test('has the same id in an event and in the topology', async () => {
    const client = new KinesisClient({ ...clientSettings(endpoint()), requestHandler: new NodeHttpHandler() });
    const StreamName = fresh('stream');
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    let arn: string | undefined;
    for (let tries = 0; tries < 2000 && arn === undefined; tries++) {
      const { StreamDescriptionSummary: summary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      if (summary?.StreamStatus === 'ACTIVE') arn = summary.StreamARN;
    }
    const { SequenceNumber, ShardId } = await client.send(
      new PutRecordCommand({ StreamName, PartitionKey: 'key', Data: Buffer.from('{}') }),
    );
    const times = new StreamCreationTimes({ client, clock: { nowMs: () => 0 } });
    const source = { streamOf: streamNameOfArn, creationSecondsOf: (streamArn: string) => times.of(streamArn) };
    const put = record(String(Number(ShardId?.slice(-12))), SequenceNumber as string, {}, arn);
    const [batch] = await toSourceBatches(event([put]), source);
    expect((await new KinesisShardTopology({ client }).shards(StreamName)).map((shard) => shard.id)).toEqual([
      batch?.shard,
    ]);
    client.destroy();
  });
});

function event(Records: KinesisStreamRecord[]): KinesisStreamEvent {
  return { Records };
}

function record(
  shard: string,
  sequenceNumber: string,
  rest: Partial<KinesisStreamRecord['kinesis']> = {},
  eventSourceARN = ARN,
): KinesisStreamRecord {
  return {
    awsRegion: 'eu-west-1',
    eventID: `shardId-${shard.padStart(12, '0')}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN,
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/any',
    kinesis: {
      approximateArrivalTimestamp: 1_431_856_800,
      data: Buffer.from('{}').toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: 'key',
      sequenceNumber,
      ...rest,
    },
  };
}
