import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AlertChannels } from './alert-channels.ts';
import { allowPages } from './pages-access.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface SweepFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table;
  readonly finalizeQueue: Queue;
  readonly pagesBucket: Bucket;
  readonly alertChannels: AlertChannels;
}

/** Does each minute what must happen even if nothing arrives: new shards, idle shards, lost wake-ups. */
export class SweepFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: SweepFunctionProps) {
    const { streams, stateTable, finalizeQueue, pagesBucket, alertChannels } = props;
    super(scope, id, {
      ...props,
      lambda: 'sweep',
      needs: [
        'streams',
        'startsAtSeconds',
        'stateTable',
        'pagesBucket',
        'finalizeQueueUrl',
        'lookQueueUrl',
        'metricsName',
        'alertTopic',
        'alertSecretsPath',
        'alertLinks',
        'dashboardUrl',
      ],
      description: 'Streamgauge: advances idle shards and wakes finalizers, once a minute.',
      memory: 512,
      timeout: Duration.minutes(1),
    });
    this.allow(
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
      [stateTable.tableArn],
    );
    this.allow(['sqs:SendMessage'], [finalizeQueue.queueArn]);
    // It removes objects that nothing refers to, and ends incidents of views that are deployed no more, whose messages are pages.
    allowPages(this, pagesBucket);
    this.allowStreamKeys(['kms:Decrypt'], streams.values());
    for (const stream of streams.values()) this.allow(PROBE_ACTIONS, [stream.streamArn]);
    alertChannels.letPublish(this);
    // The next minute is a better retry than repeating this one late.
    this.fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      description: 'Streamgauge: the minute sweep.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.fn, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}

const PROBE_ACTIONS = [
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
