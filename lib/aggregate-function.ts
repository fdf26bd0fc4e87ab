import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type Stream, StreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { type Alias, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explain } from './nag.ts';
import { physicalName } from './names.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import type { PipelineSettings } from './settings.ts';

export interface AggregateFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineFile' | 'settings' | 'encryptionKey' | 'variables'> {
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, Stream>;
  readonly stateTable: Table;
  readonly finalizeQueue: Queue;
  readonly bucket: Bucket;
}

const TIMEOUT = Duration.minutes(1);

/**
 * The first stage: one batch of one shard at a time, committed to the state table.
 *
 * It runs as a published version behind the alias `live`, for the version's number is the generation that keeps old code
 * from committing after new code has. The function has a name of its own for the same reason: made again under another
 * name, its versions would begin at 1, and the checkpoints would refuse them.
 */
export class AggregateFunction extends PipelineFunction {
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: AggregateFunctionProps) {
    const { settings, streams, stateTable, finalizeQueue, bucket } = props;
    super(scope, id, {
      ...props,
      lambda: 'aggregate',
      needs: ['streams', 'stateTable', 'finalizeQueueUrl', 'bucket', 'retentionHours', 'metricsName'],
      description: 'Streamgauge: commits batches of events as deltas of the open windows.',
      memory: settings.memory,
      timeout: TIMEOUT,
      functionName: physicalName(scope, 'aggregate', 64),
      reservedConcurrency: settings.reservedConcurrency,
    });
    // A transaction is allowed by the actions that it is made of.
    this.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'], [stateTable.tableArn]);
    this.allow(['sqs:SendMessage'], [finalizeQueue.queueArn]);
    this.#allowSideOutputs(bucket);
    this.live = this.fn.addAlias('live');
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

  #readFrom(name: string, stream: Stream, bucket: Bucket, settings: PipelineSettings): void {
    this.allow(STREAM_READ_ACTIONS, [stream.streamArn]);
    const eventSourceArn = settings.fanOut ? this.#consume(name, stream) : stream.streamArn;
    this.live.addEventSourceMapping(`Read-${name}`, {
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: settings.batchSize,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      // A shard has one checkpoint: two batches of it at a time would only wait for each other.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: settings.retryAttempts,
      maxRecordAge: Duration.days(Math.min(settings.retentionDays - 1, LONGEST_RECORD_AGE_DAYS)),
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: bucket.bucketArn }) },
    });
  }

  /** Enhanced fan-out: Kinesis pushes to this reader, which shares its 2 MB a second of a shard with nobody. */
  #consume(name: string, stream: Stream): string {
    const consumer = new StreamConsumer(this, `Consume-${name}`, {
      stream,
      // A stream has its consumers to itself, and so their names.
      streamConsumerName: 'streamgauge',
    });
    this.allow(CONSUMER_ACTIONS, [consumer.streamConsumerArn]);
    return consumer.streamConsumerArn;
  }
}

/** Lambda's own limit. */
const LONGEST_RECORD_AGE_DAYS = 7;

/** What an event source mapping reads with; the function itself asks for the stream's age and its shards. */
const STREAM_READ_ACTIONS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

/** What an event source mapping does with a consumer, beside what it reads of the stream. */
const CONSUMER_ACTIONS = ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'];
