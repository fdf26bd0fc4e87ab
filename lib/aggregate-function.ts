import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IStream, StreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { type Alias, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explain } from './nag.ts';
import { physicalName } from './names.ts';
import { allowPages } from './pages-access.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import type { PipelineSettings } from './settings.ts';
import { startsAtSeconds } from './starting-position.ts';

export interface AggregateFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table;
  readonly finalizeQueue: Queue;
  readonly pagesBucket: Bucket;
  readonly bucket: Bucket;
}

const TIMEOUT = Duration.minutes(1);

/**
 * The first stage: commits one batch of one shard at a time to the state table.
 *
 * It runs as a published version behind the alias `live`. The version's number is the generation, which keeps old code
 * from committing after new code has. For the same reason the function has a fixed name: under another name its
 * versions would begin at 1 again, and the checkpoints would refuse them.
 */
export class AggregateFunction extends PipelineFunction {
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: AggregateFunctionProps) {
    const { settings, streams, stateTable, finalizeQueue, pagesBucket, bucket } = props;
    super(scope, id, {
      ...props,
      lambda: 'aggregate',
      needs: [
        'streams',
        'startsAtSeconds',
        'stateTable',
        'pagesBucket',
        'finalizeQueueUrl',
        'lookQueueUrl',
        'bucket',
        'metricsName',
      ],
      description: 'Streamgauge: commits batches of events as deltas of the open windows.',
      memory: settings.memory,
      timeout: TIMEOUT,
      functionName: physicalName(scope, 'aggregate', 64),
      reservedConcurrency: settings.reservedConcurrency,
    });
    // The permissions of a transaction are those of its parts.
    this.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'], [stateTable.tableArn]);
    allowPages(this, pagesBucket, ['s3:GetObject', 's3:PutObject']);
    this.allow(['sqs:SendMessage'], [finalizeQueue.queueArn]);
    this.#allowSideOutputs(bucket);
    this.live = this.fn.addAlias('live');
    this.allowStreamKeys(['kms:Decrypt'], streams.values());
    for (const [name, stream] of streams) this.#readFrom(name, stream, bucket, settings);
  }

  #allowSideOutputs(bucket: Bucket): void {
    this.allow(['s3:PutObject'], [bucket.arnForObjects('*')]);
    this.allow(['s3:ListBucket'], [bucket.bucketArn]);
    explain(
      this.role,
      'AwsSolutions-IAM5',
      'Objects are named by the positions of events, so no list of them can be given. All that the bucket holds is written with this role: dead/ and late/ by the function, aws/lambda/ by Lambda itself, which makes an event source mapping only where the role may write and list the whole destination.',
      /^Resource::<.*SideOutputs.*Arn>\/\*$/,
    );
  }

  #readFrom(name: string, stream: IStream, bucket: Bucket, settings: PipelineSettings): void {
    this.allow(STREAM_READ_ACTIONS, [stream.streamArn]);
    const eventSourceArn = settings.fanOut ? this.#consume(name, stream, settings) : stream.streamArn;
    this.live.addEventSourceMapping(`Read-${name}`, {
      eventSourceArn,
      ...startOf(settings),
      batchSize: settings.batchSize,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      // A shard has one checkpoint: two concurrent batches would only wait for each other.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: settings.retryAttempts,
      maxRecordAge: longestRecordAge(settings),
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: bucket.bucketArn }) },
    });
  }

  /** Enhanced fan-out: Kinesis pushes to this reader, which has 2 MB a second of each shard for itself. */
  #consume(name: string, stream: IStream, settings: PipelineSettings): string {
    const consumer = new StreamConsumer(this, `Consume-${name}`, {
      stream,
      streamConsumerName: settings.streams[name] === undefined ? CONSUMER : physicalName(this, CONSUMER, 128),
    });
    this.allow(CONSUMER_ACTIONS, [consumer.streamConsumerArn]);
    return consumer.streamConsumerArn;
  }
}

function startOf(settings: PipelineSettings) {
  const seconds = startsAtSeconds(settings);
  if (seconds === null) return { startingPosition: StartingPosition.TRIM_HORIZON };
  return { startingPosition: StartingPosition.AT_TIMESTAMP, startingPositionTimestamp: seconds };
}

/**
 * How old a record of a batch that fails may become: a day short of the stream's retention, or half of it if that is a
 * day, so that the batch is kept before the stream forgets it.
 */
function longestRecordAge({ retentionDays }: PipelineSettings): Duration {
  const days = Math.min(retentionDays - 1, LONGEST_RECORD_AGE_DAYS);
  return days === 0 ? Duration.hours(12) : Duration.days(days);
}

/** Lambda's own limit. */
const LONGEST_RECORD_AGE_DAYS = 7;

/** Names of consumers are unique within a stream: one that the stack does not make may have several pipelines. */
const CONSUMER = 'streamgauge';

/** Actions of the event source mapping; the function itself asks for the stream's age and its shards. */
const STREAM_READ_ACTIONS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

/** Actions of the event source mapping on a consumer, beside those on the stream. */
const CONSUMER_ACTIONS = ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'];
