import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explain } from './nag.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';
import type { SideOutputBucket } from './side-output-bucket.ts';

export interface DiscardFunctionProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table;
  readonly sideOutputs: SideOutputBucket;
}

/** Counts the batches that the event source gave up on, when their objects arrive in the bucket. */
export class DiscardFunction extends PipelineFunction {
  /** Failures: notifications of S3, each naming an object that is still in the bucket. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, props: DiscardFunctionProps) {
    const { encryptionKey, streams, stateTable, sideOutputs } = props;
    super(scope, id, {
      ...props,
      lambda: 'discard',
      needs: ['streams', 'stateTable', 'metricsName'],
      description: 'Streamgauge: counts batches that the event source gave up on.',
      memory: 512,
      timeout: Duration.minutes(1),
    });
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [stateTable.tableArn]);
    for (const stream of streams.values()) this.allow(['kinesis:DescribeStreamSummary'], [stream.streamArn]);
    this.failures = new Queue(this, 'Failures', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(encryptionKey === null
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    });
    explain(this.failures, 'AwsSolutions-SQS3', 'This queue is itself where failed calls end; nothing consumes it.');
    this.allow(['sqs:SendMessage'], [this.failures.queueArn]);
    this.fn.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
    sideOutputs.notifyOfDiscarded(this.fn, this.role);
  }
}
