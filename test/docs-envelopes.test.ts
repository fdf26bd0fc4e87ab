import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { PipelineTest } from '../testing/index.ts';
import { docBlocks } from './support/doc-blocks.ts';

/** Each pipeline of the document counts what its service sends, and skips what is no event. */
const ROOT = resolve(__dirname, '..');
const PIPELINES = docBlocks('docs/envelopes.md').filter(({ language }) => language === 'ts');

const { awslogs } = JSON.parse(readFileSync(join(__dirname, 'aws/cloudwatch-logs/cloudwatch-logs-event.json'), 'utf8'));
const controlMessage = {
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [
    {
      id: '',
      timestamp: 1440442980000,
      message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.',
    },
  ],
};

const apiCall = {
  eventVersion: '1.09',
  eventID: '6f1',
  eventTime: '2015-08-24T19:03:07Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetBucketAcl',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.1',
  userIdentity: { type: 'AssumedRole' },
  errorCode: 'AccessDenied',
};

const orderPlaced = {
  version: '0',
  id: 'e1',
  'detail-type': 'Order Placed',
  source: 'shop',
  account: '123456789012',
  time: '2015-08-24T19:03:07Z',
  region: 'eu-west-1',
  resources: [],
  detail: { order_id: 'o1', amount: 12.5 },
};

const notification = {
  Type: 'Notification',
  MessageId: 'm1',
  TopicArn: 'arn:aws:sns:eu-west-1:123456789012:signups',
  Message: '{"user":"ann","plan":"free"}',
  Timestamp: '2015-08-24T19:03:07.123Z',
};

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** In the order of the document: records of the service, rows, and dead letters. */
const CASES: readonly {
  name: string;
  startAt?: string;
  records: readonly Uint8Array[];
  rows: readonly object[];
  dead: readonly string[];
}[] = [
  {
    name: 'CloudWatch Logs',
    records: [gzipSync(JSON.stringify(controlMessage)), Buffer.from(awslogs.data, 'base64')],
    rows: [{ logGroup: 'testLogGroup', errors: 2 }],
    dead: [],
  },
  {
    name: 'CloudTrail',
    records: [
      gzipSync(JSON.stringify({ Records: [apiCall, { ...apiCall, eventID: '6f2', errorCode: undefined }] })),
      json({ x: 1 }),
    ],
    rows: [{ eventSource: 's3.amazonaws.com', calls: 1, sources: 1 }],
    dead: ["The record of stream 'trail' has no 'Records', where its events are, and is no event by itself."],
  },
  {
    name: 'EventBridge',
    records: [
      json(orderPlaced),
      json(orderPlaced),
      json({ ...orderPlaced, id: 'e2', 'detail-type': 'Order Paid' }),
      json({ ...orderPlaced, id: 'e3', detail: { order_id: 'o2' } }),
    ],
    rows: [{ account: '123456789012', orders: 1, amount: 12.5 }],
    dead: ["Field 'amount' in stream 'orders' is missing."],
  },
  {
    name: 'SNS',
    records: [json(notification), json({ Type: 'SubscriptionConfirmation', Message: 'You have chosen to subscribe.' })],
    rows: [{ plan: 'free', signups: 1 }],
    dead: [],
  },
  {
    name: 'OTLP',
    startAt: '2026-03-01T10:05:00Z',
    records: readFileSync(join(ROOT, 'examples/otlp/logs.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => Buffer.from(line)),
    rows: [
      { service: 'shop', route: '/cart', requests: 3, failed: 1, slowest: 2.5 },
      { service: 'shop', route: '/pay', requests: 1, failed: 1, slowest: 1.25 },
      { service: 'shop', route: '/pay', requests: 1, failed: 0, slowest: 0.125 },
      { service: 'shop', route: '/cart', requests: 1, failed: 0, slowest: 0.0625 },
    ],
    dead: ["Field 'service' in stream 'logs' is missing."],
  },
  {
    name: 'items of orders',
    records: [
      json({
        id: 'o1',
        placed_at: '2015-08-24T19:03:07Z',
        shipping: { country: 'NL' },
        items: [{ sku: 'a', quantity: 2 }, { sku: 'b' }],
      }),
      json({
        id: 'o2',
        placed_at: '2015-08-24T19:03:08Z',
        shipping: { country: 'NL' },
        items: [{ sku: 'a', quantity: 1 }],
      }),
    ],
    rows: [{ sku: 'a', country: 'NL', lines: 2, quantity: 3 }],
    dead: ["Field 'quantity' in stream 'items' is missing."],
  },
];

let folder: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.streamgauge', 'envelopes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('each pipeline has a case', () => {
  expect(PIPELINES).toHaveLength(CASES.length);
});

test.each(CASES.map((each, index) => ({ ...each, index })))(
  '$name',
  async ({ index, startAt = '2015-08-24T19:04:00Z', records, rows, dead }) => {
    const file = join(folder, `pipeline${index}.ts`);
    writeFileSync(file, PIPELINES[index]?.text as string);
    const { default: given } = await import(file);
    const { streams, views } = pipelineDefinition(given, file);
    const bench = await PipelineTest.start(given, { startAt });
    const stream = streams[0]?.name as string;
    await bench.give(stream, records);
    const letters = await bench.deadLetters();
    expect(letters.map(({ message }) => message)).toEqual(dead);
    await bench.end();
    expect(await bench.rows(views[0]?.name as string)).toMatchObject(rows);
  },
);

test('a dead letter can be put back as it is', async () => {
  const file = join(folder, 'again.ts');
  writeFileSync(file, PIPELINES[2]?.text as string);
  const { default: given } = await import(file);
  const bench = await PipelineTest.start(given, { startAt: '2015-08-24T19:04:00Z' });
  await bench.give('orders', [json({ ...orderPlaced, detail: { order_id: 'o2', amount: 'a lot' } })]);
  const [letter] = await bench.deadLetters();
  const { event } = letter as unknown as { readonly event: string };
  await bench.give('orders', [{ ...JSON.parse(event), amount: 3 }]);
  await bench.end();
  expect(await bench.rows('orders_hourly')).toMatchObject([{ account: '123456789012', orders: 1, amount: 3 }]);
});

const signup = (user: string) => JSON.stringify({ user, plan: 'free' });

/** The queue's wrapping of a body, as a Lambda is handed it. */
const message = (body: string) => ({
  messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1440443040000' },
  messageAttributes: {},
  md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
  eventSource: 'aws:sqs',
});

test.each<[string, object, Uint8Array]>([
  ['a message of SQS', { path: 'body', with: { sent: 'attributes.SentTimestamp' } }, json(message(signup('ann')))],
  [
    'a batch of SQS',
    { path: 'Records.body', with: { sent: 'Records.attributes.SentTimestamp' } },
    json({ Records: [message(signup('ann'))] }),
  ],
  [
    'notifications of SNS in a batch of SQS',
    { path: 'Records.body.Message', with: { sent: 'Records.body.Timestamp' } },
    json({ Records: [message(JSON.stringify({ ...notification, Message: signup('ann') }))] }),
  ],
  [
    'what Firehose writes of notifications, without line breaks',
    { path: 'Message', with: { sent: 'Timestamp' } },
    Buffer.concat([json({ ...notification, Message: signup('ann') }), json({ ...notification, Message: '{}' })]),
  ],
])('the events in %s', async (_, events, record) => {
  const signups = stream('signups', {
    schema: Type.Object({ user: Type.String(), plan: Type.String(), sent: Timestamp('auto') }),
    events: events as { path: string },
    eventTime: 'sent',
    partitionKey: 'user',
    maxLateness: '1 minute',
  });
  const perUser = view('per_user', signups)
    .window(tumbling('1 hour'))
    .groupBy('user', 'plan')
    .aggregate(() => ({ signups: count() }));
  const bench = await PipelineTest.start(pipeline('signups', [perUser]), { startAt: '2015-08-24T19:04:30Z' });
  await bench.give('signups', [record]);
  await bench.end();
  expect(await bench.rows('per_user')).toMatchObject([{ user: 'ann', plan: 'free', signups: 1 }]);
});

test('members of gzip one after the other, as Firehose writes what CloudWatch Logs sends', async () => {
  const file = join(folder, 'firehose.ts');
  writeFileSync(file, PIPELINES[0]?.text as string);
  const { default: given } = await import(file);
  const bench = await PipelineTest.start(given, { startAt: '2015-08-24T19:04:00Z' });
  const data = Buffer.from(awslogs.data, 'base64');
  await bench.give('logs', [Buffer.concat([data, gzipSync(JSON.stringify(controlMessage)), data])]);
  await bench.end();
  expect(await bench.rows('errors_5min')).toMatchObject([{ logGroup: 'testLogGroup', errors: 4 }]);
});
