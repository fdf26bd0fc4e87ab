import type { KinesisStreamEvent, S3Event } from 'aws-lambda';
import { parseDiscardedBatch } from '../../adapters/aws/discarded-batch.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { registerShards } from '../../engine/protocol/register-shards.ts';
import { loadCheckpoint } from '../../engine/state/checkpoint.ts';
import { type DiscardDeps, makeHandler } from '../../lambdas/discard/make-handler.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { click, kinesisEvent, memoryLog, plan, SHARD, source, testPorts } from './support.ts';

const KEY = 'aws/lambda/1f0c/shardId-000000000000/2026/03/01/2026-03-01T12.00.00-5d2e';
const BATCH = kinesisEvent({ '101': click(0), '102': click(1), '103': `${click(2)}\n${click(3)}` });

/** What Lambda writes to an S3 destination. */
function invocationRecord(payload: unknown, batchSize = 3) {
  return JSON.stringify({
    requestContext: {
      requestId: 'c9b8fa9f',
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:aggregate:live',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 10001,
    },
    responseContext: { statusCode: 200, executedVersion: '3', functionError: null },
    version: '1.0',
    timestamp: '2026-03-01T12:00:00.000Z',
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: '101',
      endSequenceNumber: '103',
      approximateArrivalOfFirstRecord: '2026-03-01T11:00:00.000Z',
      approximateArrivalOfLastRecord: '2026-03-01T11:00:00.000Z',
      batchSize,
      streamArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/shop-clicks',
    },
    ...(payload === undefined ? {} : { payload }),
  });
}

async function setUp(objects: Readonly<Record<string, string>>, change: Partial<DiscardDeps> = {}) {
  const { state, topology, pause } = testPorts();
  await registerShards({ state, topology, pause }, 'clicks');
  const log = memoryLog();
  const readObject = async (bucket: string, key: string) => {
    const text = objects[key];
    if (text === undefined) throw new Error(`There is no object ${key} in ${bucket}.`);
    return text;
  };
  const metrics = recordedMetrics();
  const shared = { state, pause };
  const handler = makeHandler({ plan, shared, source, readObject, log, metrics, budget: new TimeBudget(), ...change });
  return { handler, log, metrics, checkpoint: () => loadCheckpoint(state, 'clicks', SHARD) };
}

function s3Event(...keys: string[]): S3Event {
  return {
    Records: keys.map((key) => ({ s3: { bucket: { name: 'side-outputs' }, object: { key } } })),
  } as unknown as S3Event;
}

test.each([
  ['an object', BATCH],
  ['text', JSON.stringify(BATCH)],
])('a discarded batch whose payload is %s is counted, and its position passed', async (_form, payload) => {
  const { handler, checkpoint, log } = await setUp({ [KEY]: invocationRecord(payload) });
  await handler(s3Event(KEY));
  expect(await checkpoint()).toMatchObject({
    position: { sequence: '103', index: 1 },
    counters: { delivered: 4, discarded: 4, accepted: 0 },
  });
  expect(log.lines).toMatchObject([
    {
      level: 'warn',
      fields: { stream: 'clicks', shard: SHARD, position: '101', records: 3, discarded: 4, object: KEY },
    },
  ]);
  expect(log.lines[0]?.fields.condition).toBe('RetryAttemptsExhausted');
});

test('a batch is counted once, however often S3 tells of it', async () => {
  const { handler, checkpoint } = await setUp({ [KEY]: invocationRecord(BATCH) });
  await handler(s3Event(KEY, KEY));
  await handler(s3Event(KEY));
  expect((await checkpoint())?.counters).toMatchObject({ delivered: 4, discarded: 4 });
});

test('the key of an object is decoded as S3 encodes it', async () => {
  const key = 'aws/lambda/1f0c/shard a/2026:03+1';
  const { handler, checkpoint } = await setUp({ [key]: invocationRecord(BATCH) });
  await handler(s3Event('aws/lambda/1f0c/shard+a/2026%3A03%2B1'));
  expect((await checkpoint())?.counters.discarded).toBe(4);
});

test('an object that cannot be read does not keep the others from being counted, and the call fails', async () => {
  const { handler, checkpoint, log } = await setUp({ [KEY]: invocationRecord(BATCH) });
  await expect(handler(s3Event('aws/lambda/gone', KEY))).rejects.toThrow('1 of 2 discarded batches were not counted.');
  expect((await checkpoint())?.counters.discarded).toBe(4);
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'warn']);
});

test('a batch of a stream that the pipeline does not have is refused', async () => {
  const { handler, log } = await setUp(
    { [KEY]: invocationRecord(BATCH) },
    { source: { ...source, streamOf: () => 'payments' } },
  );
  await expect(handler(s3Event(KEY))).rejects.toThrow(AggregateError);
  expect(log.lines[0]?.fields.error).toEqual(
    new Error("Pipeline 'shop' has no stream 'payments'. Deploy the stack again."),
  );
});

test.each([
  ['not JSON', 'no JSON at all', 'cannot be read: The object is not JSON.'],
  ['of another kind', '{"requestContext":{}}', 'is not the record of a discarded Kinesis batch: {"requestContext":{}}'],
  ['null', 'null', 'is not the record of a discarded Kinesis batch: null'],
  [
    'without its payload',
    invocationRecord(undefined),
    'tells of a discarded batch of 3 records of shardId-000000000000 from 101, and its payload has no records: they cannot be counted.',
  ],
  ['with a broken payload', invocationRecord('{'), 'cannot be read: Its payload is not JSON.'],
  [
    'with fewer records than it says',
    invocationRecord({ Records: (BATCH as KinesisStreamEvent).Records.slice(1) }),
    'tells of a discarded batch of 3 records of shardId-000000000000 from 101, and its payload has 2 records: they cannot be counted.',
  ],
])('an object that is %s is refused with the reason', (_case, text, reason) => {
  expect(() => parseDiscardedBatch(text, 's3://bucket/key')).toThrow(`s3://bucket/key ${reason}`);
});

test('a batch of a shard that no sweep has registered yet is left for the next delivery, and the call fails', async () => {
  const { state, pause } = testPorts();
  const log = memoryLog();
  const readObject = async () => invocationRecord(BATCH);
  const common = { plan, source, readObject, log, metrics: recordedMetrics(), budget: new TimeBudget() };
  const handler = makeHandler({ ...common, shared: { state, pause } });
  await expect(handler(s3Event(KEY))).rejects.toThrow();
  expect(await loadCheckpoint(state, 'clicks', SHARD)).toBeNull();
});

test('what is counted is a metric too, and once', async () => {
  const { handler, metrics, log } = await setUp({ [KEY]: invocationRecord(BATCH) });
  await handler(s3Event(KEY, KEY), { awsRequestId: 'r-3' });
  expect(metrics.all.map(({ of, values }) => [of, values])).toEqual([
    ['stream clicks', { EventsDiscarded: 4 }],
    ['stream clicks', {}],
  ]);
  expect(log.lines[0]?.fields).toMatchObject({ requestId: 'r-3', shard: SHARD, position: '101' });
});
