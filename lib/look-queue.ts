import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { explain } from './nag.ts';
import type { PipelineFunction, Variables } from './pipeline-function.ts';
import type { PipelineSettings } from './settings.ts';

export interface LookQueueProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/** A message waits for a quarter of an hour at most, and is of no use once the sweep has sent another. */
const RETENTION = Duration.hours(1);
const BATCH_SIZE = 10;

/** The queue of early looks: a standard one, for a FIFO queue delays all of its messages alike. */
export class LookQueue extends Construct {
  readonly queue: Queue;
  /** What functions that send looks are told. */
  readonly variables: Pick<Variables, 'lookQueueUrl'>;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: LookQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      enforceSSL: true,
      ...(encryptionKey === null
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
      retentionPeriod: RETENTION,
      // The least that Lambda takes.
      visibilityTimeout: Duration.seconds(settings.finalizeTimeoutSeconds),
    });
    explain(
      this.queue,
      'AwsSolutions-SQS3',
      'A message that fails is of no use later: the next events or the sweep send another, and failures are in the log.',
    );
    this.variables = { lookQueueUrl: this.queue.queueUrl };
  }

  letSend(...functions: readonly PipelineFunction[]): void {
    for (const fn of functions) fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
  }

  /** Hands looks to the function, which sends the next ones. */
  handTo(taker: PipelineFunction): void {
    taker.allow(
      ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [this.queue.queueArn],
    );
    taker.fn.addEventSourceMapping('Look', {
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
    });
  }
}
