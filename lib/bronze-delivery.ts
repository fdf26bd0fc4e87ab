import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bronzeErrorPrefix, bronzeHourFolder, bronzePrefix } from '../engine/bronze/layout.ts';
import type { BronzeBucket } from './bronze-bucket.ts';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface BronzeDeliveryProps {
  /** The pipeline's name of the stream. */
  readonly name: string;
  readonly stream: IStream;
  readonly bronze: BronzeBucket;
  readonly transform: IFunction;
  /** For Firehose's failures; each line names its delivery. */
  readonly logGroup: LogGroup;
  readonly log: LogStream;
  readonly settings: PipelineSettings;
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
 * records that arrive after its creation. It checks its role at creation: the permissions are inside of the role.
 */
export class BronzeDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: BronzeDeliveryProps) {
    super(scope, id);
    const { name, stream, bronze, transform, logGroup, log, settings } = props;
    const { bucket, prefix, encryptionKey } = bronze;
    this.role = this.#createRole(props);
    this.deliveryStream = new CfnDeliveryStream(this, 'Delivery', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: this.role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: this.role.roleArn,
        prefix: prefix + bronzeHourFolder(name, DAY, HOUR),
        errorOutputPrefix: `${prefix}${bronzeErrorPrefix(name)}!{firehose:error-output-type}/dt=${DAY}/hour=${HOUR}/`,
        compressionFormat: 'GZIP',
        fileExtension: '.jsonl.gz',
        bufferingHints: { sizeInMBs: settings.bronzeBufferMb, intervalInSeconds: settings.bronzeBufferSeconds },
        encryptionConfiguration:
          encryptionKey === null
            ? { noEncryptionConfig: 'NoEncryption' }
            : { kmsEncryptionConfig: { awskmsKeyArn: encryptionKey.keyArn } },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: log.logStreamName,
        },
        processingConfiguration: { enabled: true, processors: [this.#processor(transform)] },
      },
    });
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

  /** With its policy inside: as a resource of its own it would be one more for each stream, and a stack has 500. */
  #createRole(props: BronzeDeliveryProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('firehose.amazonaws.com'),
      inlinePolicies: { Deliver: new PolicyDocument({ statements: this.#statements(props) }) },
    });
    explain(
      role,
      'AwsSolutions-IAM5',
      "Firehose names objects by day, hour and number, so no list of them can be given: it may write under this stream's two prefixes.",
      /^Resource::.*\/bronze(-errors)?\/\w+\/\*$/,
    );
    return role;
  }

  #statements({ name, stream, bronze, transform, logGroup, log }: BronzeDeliveryProps): PolicyStatement[] {
    const { bucket, prefix, encryptionKey } = bronze;
    const logStream = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logGroup.logGroupName}:log-stream:${log.logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const keyOfStream = stream.encryptionKey?.keyArn ?? null;
    const isOtherKey = keyOfStream !== null && keyOfStream !== encryptionKey?.keyArn;
    return [
      allow(
        ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
        stream.streamArn,
      ),
      allow(['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], transform.functionArn),
      allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucket.bucketArn),
      allow(
        ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        bucket.arnForObjects(`${prefix}${bronzePrefix(name)}*`),
        bucket.arnForObjects(`${prefix}${bronzeErrorPrefix(name)}*`),
      ),
      allow(['logs:PutLogEvents'], logStream),
      ...(encryptionKey === null ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], encryptionKey.keyArn)]),
      ...(isOtherKey ? [allow(['kms:Decrypt'], keyOfStream)] : []),
    ];
  }
}

function allow(actions: readonly string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources });
}
