import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bronzeErrorPrefix, bronzeHourFolder, bronzePrefix } from '../engine/bronze/layout.ts';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface BronzeDeliveryProps {
  /** The pipeline's name of the stream. */
  readonly name: string;
  readonly stream: Stream;
  readonly bucket: Bucket;
  readonly transform: IFunction;
  /** Gets a log stream of Firehose's failures. */
  readonly logGroup: LogGroup;
  readonly settings: PipelineSettings;
  readonly encryptionKey: Key | null;
}

/**
 * Records for the function at a time: the least that Firehose accepts, because packed records may unfold to twenty
 * times as much, and an answer holds 6 MB.
 */
const TRANSFORM_MB = '0.2';

/** After this many failed calls, Firehose files the records under its errors. A broken call deserves many retries. */
const TRANSFORM_RETRIES = '60';

const DAY = '!{timestamp:yyyy-MM-dd}';
const HOUR = '!{timestamp:HH}';

/**
 * The Firehose that carries one Kinesis stream to bronze, with a role of its own.
 *
 * A plain CloudFormation resource: the CDK's own construct gives its role more than it needs. Firehose begins with
 * records that arrive after its creation. It checks its role at creation, so it depends on the role's permissions.
 */
export class BronzeDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: BronzeDeliveryProps) {
    super(scope, id);
    const { name, stream, bucket, transform, logGroup, settings, encryptionKey } = props;
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') });
    const log = new LogStream(this, 'Log', {
      logGroup,
      logStreamName: name,
      removalPolicy: settings.dev ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.#allowAll(props, log);
    this.deliveryStream = new CfnDeliveryStream(this, 'Delivery', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: this.role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: this.role.roleArn,
        prefix: bronzeHourFolder(name, DAY, HOUR),
        errorOutputPrefix: `${bronzeErrorPrefix(name)}!{firehose:error-output-type}/dt=${DAY}/hour=${HOUR}/`,
        compressionFormat: 'GZIP',
        fileExtension: '.jsonl.gz',
        bufferingHints: { sizeInMBs: settings.bronzeBufferMb, intervalInSeconds: settings.bronzeBufferSeconds },
        encryptionConfiguration:
          encryptionKey === null
            ? { noEncryptionConfig: 'NoEncryption' }
            : { kmsEncryptionConfig: { awskmsKeyArn: encryptionKey.keyArn } },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: name },
        processingConfiguration: { enabled: true, processors: [this.#processor(transform)] },
      },
    });
    this.deliveryStream.node.addDependency(this.role, log);
    explain(
      this.deliveryStream,
      'AwsSolutions-KDF1',
      'Firehose encrypts by itself only what is put to it. Here it reads from a Kinesis stream, which is encrypted, and the bucket that it writes to encrypts every object.',
    );
  }

  #processor(transform: IFunction) {
    const parameters = {
      LambdaArn: transform.functionArn,
      RoleArn: this.role.roleArn,
      NumberOfRetries: TRANSFORM_RETRIES,
      BufferSizeInMBs: TRANSFORM_MB,
      BufferIntervalInSeconds: '60',
    };
    return {
      type: 'Lambda',
      parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({
        parameterName,
        parameterValue,
      })),
    };
  }

  #allowAll({ name, stream, bucket, transform, logGroup, encryptionKey }: BronzeDeliveryProps, log: LogStream): void {
    this.#allow(
      ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      stream.streamArn,
    );
    this.#allow(['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], transform.functionArn);
    this.#allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucket.bucketArn);
    this.#allow(
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      bucket.arnForObjects(`${bronzePrefix(name)}*`),
      bucket.arnForObjects(`${bronzeErrorPrefix(name)}*`),
    );
    const logStream = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logGroup.logGroupName}:log-stream:${log.logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.#allow(['logs:PutLogEvents'], logStream);
    if (encryptionKey !== null) this.#allow(['kms:Decrypt', 'kms:GenerateDataKey'], encryptionKey.keyArn);
    explain(
      this.role,
      'AwsSolutions-IAM5',
      "Firehose names objects by day, hour and number, so no list of them can be given: it may write under this stream's two prefixes.",
      /^Resource::<.*Bronze.*Arn>\/bronze(-errors)?\/\w+\/\*$/,
    );
  }

  #allow(actions: readonly string[], ...resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources }));
  }
}
