import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { PAGES_PREFIX } from '../contracts/object-keys.ts';
import type { AlertChannels } from './alert-channels.ts';
import { explainPages } from './nag.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface FinalizeFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineFile' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly stateTable: Table;
  readonly resultsTable: Table;
  readonly pagesBucket: Bucket;
  readonly finalizeQueue: Queue;
  readonly alertChannels: AlertChannels;
}

/** All that a FIFO queue hands over at once. */
const BATCH_SIZE = 10;

/** The second stage: one (view, bucket) at a time, folded into rows. SQS runs as many at once as there are of them. */
export class FinalizeFunction extends PipelineFunction {
  constructor(scope: Construct, id: string, props: FinalizeFunctionProps) {
    const { settings, stateTable, resultsTable, pagesBucket, finalizeQueue, alertChannels } = props;
    super(scope, id, {
      ...props,
      lambda: 'finalize',
      needs: [
        'stateTable',
        'resultsTable',
        'pagesBucket',
        'finalizeQueueUrl',
        'lookQueueUrl',
        'metricsName',
        'rowMetrics',
        'alertTopic',
        'alertSecretsPath',
        'alertLinks',
        'dashboardUrl',
      ],
      description: 'Streamgauge: folds closed windows into result rows.',
      memory: settings.memory,
      timeout: Duration.seconds(settings.finalizeTimeoutSeconds),
      // A finalizer whose time is up wakes the next one, and a backlog takes as many calls as it takes. Each moves its
      // view on; the alarm on finalize stalls tells of one that does not. An early look sends the next one while events come.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    this.allow(
      ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
      [stateTable.tableArn],
    );
    this.#allowPages(pagesBucket);
    // The latest row of a group is asked for by a query: a late event may have missed its session.
    this.allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [resultsTable.tableArn]);
    this.allow(
      [
        'sqs:SendMessage',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      [finalizeQueue.queueArn],
    );
    alertChannels.letPublish(this);
    this.fn.addEventSourceMapping('Wake', {
      eventSourceArn: finalizeQueue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
    });
  }
  /** Large pages, and lists of them: for what finalizers that died left behind. */
  #allowPages(bucket: Bucket): void {
    this.allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [bucket.arnForObjects(`${PAGES_PREFIX}*`)]);
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${PAGES_PREFIX}*` } },
      }),
    );
    explainPages(this.role);
  }
}
