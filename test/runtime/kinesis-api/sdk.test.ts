import {
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { hashKeyRangeOf } from '../../../adapters/hash-keys.ts';
import { Producer } from '../../../producer/index.ts';
import { aggregated } from '../../aws/kpl/aggregated.ts';
import { click, NOW_MS, type ReceivingMachine, startReceiving } from '../receiving-machine.ts';

/** What a program needs to be told for its client to send here. */
const ENVIRONMENT = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };

let machine: ReceivingMachine;
const before = { ...process.env };
beforeEach(async () => {
  machine = await startReceiving(3);
  Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL_KINESIS: machine.url });
});
afterEach(async () => {
  process.env = { ...before };
  await machine.close();
});

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, each) => total + each, 0);
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    Data: Buffer.from(click(from + i)),
    PartitionKey: `user-${(from + i) % 13}`,
  }));

describe.each([
  ['HTTP/2, as the SDK begins unless told otherwise', undefined],
  ['HTTP/1', new NodeHttpHandler()],
])("AWS's SDK for JavaScript over %s", (_, requestHandler) => {
  let client: KinesisClient;
  beforeEach(() => {
    client = new KinesisClient({ maxAttempts: 1, ...(requestHandler && { requestHandler }) });
  });
  afterEach(() => client.destroy());

  test('puts records, each of which is counted once', async () => {
    const Data = Buffer.from(click(0));
    const one = await client.send(new PutRecordCommand({ StreamName: 'clicks', Data, PartitionKey: 'user-0' }));
    expect(one).toMatchObject({ ShardId: 'shard-0002', SequenceNumber: '1' });
    const many = await client.send(new PutRecordsCommand({ StreamName: 'clicks', Records: records(1, 500) }));
    expect(many.FailedRecordCount).toBe(0);
    expect(many.Records?.length).toBe(499);
    expect(new Set(many.Records?.map(({ ShardId }) => ShardId)).size).toBe(3);
    const counts = await machine.counts();
    expect([counts.size, sum(counts)]).toEqual([13, 500]);
  });

  test('lists streams and shards', async () => {
    const StreamARN = 'arn:aws:kinesis:local:000000000000:stream/clicks';
    expect(await client.send(new ListStreamsCommand({}))).toMatchObject({
      StreamNames: ['clicks'],
      HasMoreStreams: false,
      StreamSummaries: [{ StreamName: 'clicks', StreamARN, StreamStatus: 'ACTIVE' }],
    });
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamARN }));
    expect(summary.StreamDescriptionSummary).toMatchObject({
      StreamName: 'clicks',
      StreamStatus: 'ACTIVE',
      OpenShardCount: 3,
      StreamCreationTimestamp: new Date(NOW_MS),
    });
    const first = await client.send(new ListShardsCommand({ StreamName: 'clicks', MaxResults: 2 }));
    expect(first.Shards?.map(({ ShardId }) => ShardId)).toEqual(['shard-0000', 'shard-0001']);
    const rest = await client.send(new ListShardsCommand({ NextToken: first.NextToken }));
    const range = hashKeyRangeOf(2, 3);
    expect(rest).toMatchObject({
      Shards: [
        {
          ShardId: 'shard-0002',
          HashKeyRange: { StartingHashKey: String(range.first), EndingHashKey: String(range.last) },
          SequenceNumberRange: { StartingSequenceNumber: '1' },
        },
      ],
    });
    expect(rest.NextToken).toBeUndefined();
    const described = await client.send(new DescribeStreamCommand({ StreamName: 'clicks', Limit: 1 }));
    expect(described.StreamDescription).toMatchObject({ HasMoreShards: true, Shards: [{ ShardId: 'shard-0000' }] });
  });

  test('is told by the names of errors that it knows', async () => {
    const unknown = client.send(
      new PutRecordCommand({ StreamName: 'orders', Data: Buffer.from('1'), PartitionKey: 'a' }),
    );
    await expect(unknown).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Stream orders under account 000000000000 not found. The pipeline 'shop' has clicks.",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/./) },
    });
    const beyond = client.send(
      new PutRecordCommand({
        StreamName: 'clicks',
        Data: Buffer.from('1'),
        PartitionKey: 'a',
        ExplicitHashKey: String(2n ** 128n),
      }),
    );
    await expect(beyond).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});

test('an explicit hash key chooses the shard', async () => {
  const client = new KinesisClient({});
  for (const [index, key] of [
    [0, hashKeyRangeOf(0, 3).last],
    [1, hashKeyRangeOf(1, 3).first],
    [2, 2n ** 128n - 1n],
  ] as const) {
    const { ShardId } = await client.send(
      new PutRecordCommand({
        StreamName: 'clicks',
        Data: Buffer.from('1'),
        PartitionKey: 'a',
        ExplicitHashKey: String(key),
      }),
    );
    expect(ShardId).toBe(`shard-000${index}`);
  }
  client.destroy();
});

test('the producer of this package sends here', async () => {
  const client = new KinesisClient({ maxAttempts: 1 });
  const producer = new Producer<{ user: string; n: number; at: string }>({
    client,
    streamName: 'clicks',
    partitionKey: ({ user }) => user,
    eventId: 'event_id',
  });
  for (let n = 0; n < 1000; n++) await producer.put(JSON.parse(click(n)));
  await producer.close();
  client.destroy();
  const counts = await machine.counts();
  expect([counts.size, sum(counts)]).toEqual([13, 1000]);
});

test('records that the Kinesis Producer Library has aggregated are taken apart', async () => {
  const client = new KinesisClient({ maxAttempts: 1 });
  const key = 'user-0';
  const Data = aggregated([
    { partitionKey: key, data: click(0) },
    { partitionKey: key, data: click(13) },
  ]);
  await client.send(new PutRecordCommand({ StreamName: 'clicks', Data, PartitionKey: key }));
  client.destroy();
  expect([...(await machine.counts())]).toEqual([['user-0', 2]]);
});
