import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface EventStreamProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: Key | null;
}

/**
 * The Kinesis stream of one stream of a pipeline. CloudFormation names it, so that a stream which outlives its stack
 * does not block the next stack.
 */
export class EventStream extends Construct {
  readonly stream: Stream;

  constructor(scope: Construct, id: string, { settings, encryptionKey }: EventStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      retentionPeriod: Duration.days(settings.retentionDays),
      removalPolicy: settings.dev ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(settings.shards === null
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shards }),
      ...(encryptionKey === null
        ? { encryption: StreamEncryption.MANAGED }
        : { encryption: StreamEncryption.KMS, encryptionKey }),
    });
    if (encryptionKey !== null) {
      explain(this.stream, 'AwsSolutions-KDS3', 'Whoever deployed this asked for a key of their own, with its costs.');
    }
  }
}
