import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { KinesisWriter } from '../../adapters/aws/kinesis-writer.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { S3PageStore } from '../../adapters/aws/s3-page-store.ts';
import { createSqsClient } from '../../adapters/aws/sqs-client.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { WakeVisibility } from '../../adapters/aws/wake-visibility.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';
import { registerShards } from '../../engine/protocol/register-shards.ts';
import { KEPT_MS, makeHandler as makeAggregate } from '../../lambdas/aggregate/make-handler.ts';
import { makeHandler as makeDefinitions, type ResourceAnswer } from '../../lambdas/definitions/make-handler.ts';
import { makeHandler as makeDiscard } from '../../lambdas/discard/make-handler.ts';
import { makeHandler as makeFinalize } from '../../lambdas/finalize/make-handler.ts';
import { makeHandler as makeIngest } from '../../lambdas/ingest/make-handler.ts';
import { noMetrics } from '../../lambdas/shared/metrics.ts';
import { makeHandler as makeSweep } from '../../lambdas/sweep/make-handler.ts';
import { describeWithDynamoDb } from '../aws/emulators.ts';
import { type FaultProxy, startFaultProxy } from '../aws/fault-proxy.ts';
import { createResultTable, createStateTable } from '../aws/tables.ts';
import { deadlineIn } from '../support/deadline.ts';
import {
  click,
  clock,
  failures,
  kinesisEvent,
  memoryLog,
  PAGES,
  plan,
  SHARD,
  source,
  sqsEvent,
  topologyOf,
} from './support.ts';

const WAKE = { view: PAGES, bucket: 0, deduplicationId: 'any' };
const [clicks] = plan.streams as [StreamPlan];

/**
 * Services that take requests and do not answer them, as in an outage: DynamoDB where it is told to, all others always.
 * The handlers' real clients talk to them over HTTP.
 */
describeWithDynamoDb('A handler whose services do not answer', (endpoint) => {
  const before = { ...process.env };
  let [dynamoDb, silent]: FaultProxy[] = [];
  let tables: { readonly state: string; readonly results: string };

  beforeAll(async () => {
    [dynamoDb, silent] = [await startFaultProxy(endpoint().url), await startFaultProxy('http://127.0.0.1:9')];
    silent.hang(() => true);
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: silent.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    });
  });
  beforeEach(async () => {
    dynamoDb?.hang(() => false);
    const client = createDynamoDbClient();
    tables = { state: await createStateTable(client), results: await createResultTable(client) };
  });
  afterAll(async () => {
    for (const each of [dynamoDb, silent]) await each?.close();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });

  /** What the index files wire, with logs to look at. */
  function wire() {
    const budget = new TimeBudget();
    const backoff = backoffWithin(budget);
    const client = createDynamoDbClient({ budget });
    const sqs = { client: createSqsClient({ budget }), queueUrl: `${silent?.url}/000000000000/finalize.fifo` };
    const log = memoryLog();
    const ports = {
      state: new DynamoDbStateStore({ client, table: tables.state, backoff }),
      pages: new TieredPageStore({
        items: new DynamoDbPageStore({ client, table: tables.state, backoff }),
        objects: new S3PageStore({ client: createS3Client({ budget }), bucket: 'bucket' }),
      }),
      results: new DynamoDbResultStore({ client, table: tables.results, clock, backoff }),
      deadLetters: new S3DeadLetterSink({ client: createS3Client({ budget }), bucket: 'bucket' }),
      queue: new SqsFinalizeQueue({ ...sqs, backoff }),
      topology: topologyOf(SHARD),
      clock,
      pause: enginePause(backoff),
    };
    const visibility = new WakeVisibility({ ...sqs, onFailure: (error) => log.warn(error.message) });
    return {
      ports,
      visibility,
      log,
      common: { plan, ports, log, metrics: noMetrics, takeWriteUnits: () => 0, budget, sinks: null },
    };
  }

  const settings = { generation: 1 };

  test.each([
    ['any call', () => true],
    ['a write', (operation: string) => operation === 'TransactWriteItems'],
  ])('takes a batch back in time where DynamoDB does not answer %s', async (_, hangs) => {
    const { common, log } = wire();
    dynamoDb?.hang(hangs);
    const context = deadlineIn(KEPT_MS.forCheckpoint + 300);
    const handler = makeAggregate({ ...common, settings, source });
    expect(failures(await handler(kinesisEvent({ '101': click(0), '102': click(1) }), context))).toEqual(['101']);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { stream: 'clicks', from: '101' } });
  });

  test('takes a batch back from where it came to', async () => {
    const { common, ports } = wire();
    const sent = { ...ports, queue: { send: async () => {} } };
    const handler = makeAggregate({ ...common, ports: sent, settings, source });
    expect(failures(await handler(kinesisEvent({ '101': click(0) }), deadlineIn(60_000)))).toEqual([]);
    dynamoDb?.hang((operation) => operation === 'TransactWriteItems');
    const context = deadlineIn(KEPT_MS.forCheckpoint + 300);
    expect(failures(await handler(kinesisEvent({ '101': click(0), '102': click(1) }), context))).toEqual(['101']);
    expect(failures(await handler(kinesisEvent({ '102': click(1) }), deadlineIn(KEPT_MS.forCheckpoint)))).toEqual([
      '102',
    ]);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  test('takes a batch back where dead letters cannot be kept', async () => {
    const { common } = wire();
    const handler = makeAggregate({ ...common, settings, source });
    const context = deadlineIn(KEPT_MS.forCheckpoint + 300);
    expect(failures(await handler(kinesisEvent({ '101': 'not JSON' }), context))).toEqual(['101']);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  test.each([
    ['any call', () => true],
    ['the writing of rows', (operation: string) => operation === 'PutItem'],
  ])('gives wake-ups back in time where DynamoDB does not answer %s', async (_, hangs) => {
    const { common, ports, visibility, log } = wire();
    const sent = { ...ports, queue: { send: async () => {} } };
    const records = [click(0), click(200)].map((data, index) => ({
      ...{ sequence: String(index + 1), arrivalMs: null, partitionKey: null },
      data: Buffer.from(data),
    }));
    await new ShardAggregator(clicks, SHARD, sent, settings).process(records);
    dynamoDb?.hang(hangs);
    const context = deadlineIn(5300);
    const handler = makeFinalize({ ...common, visibility, tellsRows: false });
    expect(failures(await handler(sqsEvent([['a', WAKE]]), context))).toEqual(['m1']);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(log.lines.some(({ message }) => message.startsWith('A wake-up failed.'))).toBe(true);
  });

  test('sweeps what answers, and fails in time', async () => {
    const { common, ports } = wire();
    const kinesis = new KinesisShardTopology({ client: createKinesisClient({ budget: common.budget }) });
    const topology = {
      shards: (stream: string) => (stream === 'clicks' ? kinesis : topologyOf(SHARD)).shards(stream),
      probe: topologyOf(SHARD).probe,
    };
    const context = deadlineIn(3000);
    const sweep = makeSweep({ ...common, ports: { ...ports, topology } });
    await expect(sweep(null, context)).rejects.toThrow('The sweep of 1 of 2 streams failed.');
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  test('leaves discarded batches for the next call in time', async () => {
    const { common, ports } = wire();
    await registerShards(ports, 'clicks');
    dynamoDb?.hang(() => true);
    const payload = kinesisEvent({ '101': click(0) });
    const readObject = async () => JSON.stringify({ KinesisBatchInfo: { batchSize: 1 }, payload });
    const discard = makeDiscard({ ...common, shared: ports, source, readObject });
    const event = { Records: [{ s3: { bucket: { name: 'b' }, object: { key: 'k' } } }] };
    const context = deadlineIn(2300);
    await expect(discard(event as never, context)).rejects.toThrow('1 of 1 discarded batches were not counted.');
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  test('answers CloudFormation in time', async () => {
    const { common, ports, log } = wire();
    const answers: ResourceAnswer[] = [];
    const answer = async (_event: unknown, given: ResourceAnswer) => {
      answers.push(given);
    };
    dynamoDb?.hang(() => true);
    const context = deadlineIn(32_300);
    const event = { RequestType: 'Create', ResourceProperties: { Views: '[]' } } as never;
    await makeDefinitions({ shared: ports, answer, log, budget: common.budget })(event, context);
    expect(answers).toMatchObject([{ Status: 'FAILED' }]);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(30_000);
  });

  test('tells a client which events are not in the stream', async () => {
    const client = createKinesisClient({ connectionTimeoutMs: 100, requestTimeoutMs: 300, maxAttempts: 1 });
    const writer = new KinesisWriter({ client, callMs: 300 });
    const ingest = makeIngest({ plan, writer, kinesisNameOf: (name) => name, log: memoryLog() });
    const request = {
      pathParameters: { stream: 'clicks' },
      headers: { 'content-type': 'application/json' },
      body: '{"page": "/"}',
    };
    const context = deadlineIn(2000);
    expect(await ingest(request as never, context as never)).toMatchObject({ statusCode: 503 });
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });
});
