import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AlertChannels } from './alert-channels.ts';
import { allowPages } from './pages-access.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface FinalizeFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
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
    allowPages(this, pagesBucket);
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
}
