import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { KinesisStreamEvent, SQSEvent } from 'aws-lambda';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { createSqsClient } from '../../adapters/aws/sqs-client.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { createResultTable, createStateTable } from '../aws/tables.ts';
import { fresh } from '../conformance/fresh.ts';

/** What the stack would make, and the parts of AWS that stand between the functions. */
export async function createResources() {
  const [dynamoDb, kinesis, sqs, s3] = [
    createDynamoDbClient(),
    createKinesisClient(),
    createSqsClient(),
    createS3Client(),
  ];
  const [clicks, orders, bucket] = [fresh('clicks'), fresh('orders'), fresh('side-outputs').toLowerCase()];
  for (const StreamName of [clicks, orders]) await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const queue = { QueueName: `${fresh('finalize')}.fifo`, Attributes: { FifoQueue: 'true' } };
  const made = await sqs.send(new CreateQueueCommand(queue));
  // The emulator names a host that need not resolve; the path is what counts.
  const queueUrl = new URL(new URL(made.QueueUrl as string).pathname, process.env.AWS_ENDPOINT_URL_SQS).href;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const stateTable = await createStateTable(dynamoDb);
  const resultsTable = await createResultTable(dynamoDb);

  return {
    clicks,
    orders,
    bucket,
    queueUrl,
    stateTable,
    resultsTable,
    state: new DynamoDbStateStore({ client: dynamoDb, table: stateTable }),
    results: new DynamoDbResultStore({ client: dynamoDb, table: resultsTable, clock: systemClock }),

    /** Puts records and reads them back as the event source mapping hands them over. */
    async put(lines: readonly string[]): Promise<KinesisStreamEvent> {
      const Records = lines.map((line) => ({ PartitionKey: 'key', Data: Buffer.from(line) }));
      const { Records: taken = [] } = await kinesis.send(new PutRecordsCommand({ StreamName: clicks, Records }));
      const { ShardId, SequenceNumber } = taken[0] as { ShardId: string; SequenceNumber: string };
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamName: clicks,
          ShardId,
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          StartingSequenceNumber: SequenceNumber,
        }),
      );
      const read = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      return {
        Records: (read.Records ?? []).map((record) => ({
          eventSource: 'aws:kinesis',
          eventID: `${ShardId}:${record.SequenceNumber}`,
          eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${clicks}`,
          kinesis: {
            sequenceNumber: record.SequenceNumber,
            partitionKey: record.PartitionKey,
            data: Buffer.from(record.Data ?? []).toString('base64'),
            approximateArrivalTimestamp: (record.ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
          },
        })),
      } as unknown as KinesisStreamEvent;
    },

    /** Keys and data of the only shard. */
    async recordsOf(StreamName: string): Promise<[string | undefined, string][]> {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }),
      );
      const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      return Records.map(({ PartitionKey, Data }) => [PartitionKey, Buffer.from(Data ?? []).toString()]);
    },

    async receiveWakes(): Promise<SQSEvent> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      );
      const Records = Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes,
      }));
      return { Records } as unknown as SQSEvent;
    },

    /** Gives a batch up as Lambda does. */
    async writeDiscarded(payload: KinesisStreamEvent): Promise<string> {
      const Key = 'aws/lambda/1f0c/shardId-000000000000/2026/03/01/2026-03-01T12.00.00-5d2e';
      const record = {
        requestContext: { condition: 'RecordAgeExceeded' },
        KinesisBatchInfo: { shardId: 'shardId-000000000000', batchSize: payload.Records.length },
        payload: JSON.stringify(payload),
      };
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(record) }));
      return Key;
    },

    async keys(): Promise<string[]> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map((object) => object.Key ?? '');
    },
  };
}

interface Endpoint {
  readonly url: string;
}

/** The environment of a function that goes to emulators. */
export function emulatorEnvironment(dynamoDb: Endpoint, sqsAndS3: Endpoint, kinesis: Endpoint) {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_SQS: sqsAndS3.url,
    AWS_ENDPOINT_URL_S3: sqsAndS3.url,
    AWS_ENDPOINT_URL_KINESIS: kinesis.url,
  };
}

/** What a deployment tells its functions of these resources. */
export function resourceEnvironment(aws: Awaited<ReturnType<typeof createResources>>) {
  return {
    STREAMGAUGE_STREAMS: JSON.stringify({ clicks: aws.clicks, orders: aws.orders }),
    STREAMGAUGE_STATE_TABLE: aws.stateTable,
    STREAMGAUGE_RESULTS_TABLE: aws.resultsTable,
    STREAMGAUGE_FINALIZE_QUEUE_URL: aws.queueUrl,
    STREAMGAUGE_BUCKET: aws.bucket,
    STREAMGAUGE_PAGES_BUCKET: aws.bucket,
  };
}
