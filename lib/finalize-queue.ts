import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from './names.ts';
import type { PipelineSettings } from './settings.ts';

export interface FinalizeQueueProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/** Deliveries of a wake-up before it is put aside. A lost wake-up costs a minute, for the sweep sends another. */
const MAX_RECEIVE_COUNT = 5;

/** SQS takes names of 80 characters, and a FIFO queue's must end in `.fifo`. */
const NAME_LENGTH = 80 - '.fifo'.length;

/** The FIFO queue that wakes finalizers, and the queue of the wake-ups that failed time and again. */
export class FinalizeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: FinalizeQueueProps) {
    super(scope, id);
    const common = {
      fifo: true,
      // Every message has a deduplication id of its own.
      contentBasedDeduplication: false,
      enforceSSL: true,
      ...(encryptionKey === null
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: `${physicalName(scope, 'finalize-dead', NAME_LENGTH)}.fifo`,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: `${physicalName(scope, 'finalize', NAME_LENGTH)}.fifo`,
      // The least that Lambda takes. Finalizers shorten it as they begin, and extend it while they work: one that is
      // killed must not keep its view waiting. A wake-up that is handled twice at the same time costs time, never a number.
      visibilityTimeout: Duration.seconds(settings.finalizeTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
