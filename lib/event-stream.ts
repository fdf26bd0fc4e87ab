import { Duration } from 'aws-cdk-lib';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type ExistingStream, existingStream } from './existing-resources.ts';
import { explain } from './nag.ts';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

export interface EventStreamProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
  /** The one to read, if it is there already. */
  readonly existing: ExistingStream | undefined;
}

/**
 * The Kinesis stream of one stream of a pipeline. CloudFormation names one that the stack makes, so that a stream which
 * outlives its stack does not block the next stack.
 */
export class EventStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, { settings, encryptionKey, existing }: EventStreamProps) {
    super(scope, id);
    this.stream = existing === undefined ? this.#create(settings, encryptionKey) : this.#find(existing);
  }

  #find(existing: ExistingStream): IStream {
    const { arn, key } = existingStream(existing);
    return Stream.fromStreamAttributes(this, 'Stream', {
      streamArn: arn,
      ...(key !== null && { encryptionKey: Key.fromKeyArn(this, 'Key', key) }),
    });
  }

  #create(settings: PipelineSettings, encryptionKey: IKey | null): Stream {
    const stream = new Stream(this, 'Stream', {
      retentionPeriod: Duration.days(settings.retentionDays),
      removalPolicy: removalPolicyOf(settings),
      ...(settings.shards === null
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shards }),
      ...(encryptionKey === null
        ? { encryption: StreamEncryption.MANAGED }
        : { encryption: StreamEncryption.KMS, encryptionKey }),
    });
    if (encryptionKey !== null) {
      explain(stream, 'AwsSolutions-KDS3', 'Whoever deployed this asked for a key of their own, with its costs.');
    }
    return stream;
  }
}
