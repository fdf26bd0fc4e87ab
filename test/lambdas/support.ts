import type { KinesisStreamEvent, KinesisStreamRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { memoryStores } from '../../adapters/memory/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { ShardTopology } from '../../engine/ports/shard-topology.ts';
import type { Log, LogFields } from '../../lambdas/shared/log.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const orders = stream('orders', {
  schema: Type.Object({ item: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'item',
  maxLateness: '0 ms',
});
const byPage = view('clicks_by_page', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }));
const inAll = view('clicks_in_all', clicks)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ clicks: count() }));
const byItem = view('orders_by_item', orders)
  .window(tumbling('1 minute'))
  .groupBy('item')
  .aggregate(() => ({ orders: count() }));

export const testPipeline = pipeline('shop', [byPage, inAll, byItem]);
export const plan = compilePipeline(pipelineDefinition(testPipeline, 'the test pipeline'));
export const [PAGES, ALL, ITEMS] = plan.views.map((each) => each.key) as [string, string, string];

export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
export const CREATED_SECONDS = 1_700_000_000;
export const SHARD = `${CREATED_SECONDS}:shardId-000000000000`;
export const CLICKS_ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/shop-clicks';

export const clock: Clock = { nowMs: () => NOW_MS };

export function topologyOf(...ids: string[]): ShardTopology {
  return { shards: async () => ids.map((id) => ({ id, parents: [] })), probe: async () => 'caughtUp' };
}

/** All ports in memory, and a clock that stands still. */
export function testPorts(...shards: string[]) {
  return { ...memoryStores(clock), topology: topologyOf(...(shards.length === 0 ? [SHARD] : shards)), clock };
}

export const source = {
  streamOf: (arn: string) => {
    if (arn.endsWith('/shop-clicks')) return 'clicks';
    throw new Error(`No stream of the pipeline is ${arn}.`);
  },
  creationSecondsOf: async () => CREATED_SECONDS,
};

/** A click at 12:00 and so many seconds. */
export function click(second: number, page = '/'): string {
  return JSON.stringify({ page, time: new Date(NOW_MS + second * 1000).toISOString() });
}

/** Records in the shape of a Lambda event; each has the sequence number that it is listed under. */
export function kinesisEvent(
  records: Readonly<Record<string, string | Uint8Array>>,
  shardId = 'shardId-000000000000',
  arn = CLICKS_ARN,
): KinesisStreamEvent {
  return {
    Records: Object.entries(records).map(
      ([sequenceNumber, data]): KinesisStreamRecord => ({
        awsRegion: 'eu-west-1',
        eventID: `${shardId}:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        eventSource: 'aws:kinesis',
        eventSourceARN: arn,
        eventVersion: '1.0',
        invokeIdentityArn: 'arn:aws:iam::123456789012:role/aggregate',
        kinesis: {
          approximateArrivalTimestamp: NOW_MS / 1000 + 600,
          data: (typeof data === 'string' ? Buffer.from(data) : Buffer.from(data)).toString('base64'),
          kinesisSchemaVersion: '1.0',
          partitionKey: 'key',
          sequenceNumber,
        },
      }),
    ),
  };
}

/** Messages with the ids `m1`, `m2` and so on; each is a group and a body. */
export function sqsEvent(messages: readonly (readonly [group: string, body: unknown])[]): SQSEvent {
  return {
    Records: messages.map(
      ([group, body], index): SQSRecord => ({
        messageId: `m${index + 1}`,
        receiptHandle: `r${index + 1}`,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(NOW_MS),
          SenderId: 'AROA',
          ApproximateFirstReceiveTimestamp: String(NOW_MS),
          MessageGroupId: group,
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:finalize.fifo',
        awsRegion: 'eu-west-1',
      }),
    ),
  };
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export function memoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') };
}

export function failures(response: { batchItemFailures: readonly { itemIdentifier: string }[] } | undefined): string[] {
  return (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
}
