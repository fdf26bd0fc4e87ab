import { Match } from 'aws-cdk-lib/assertions';
import type { PipelineSettings } from '../../lib/settings.ts';
import { pipelineStack, statementsOf, templateOf } from './support.ts';

/** Parts of a stack that were there before it. */
const STREAM = 'arn:aws:kinesis:eu-west-1:123456789012:stream/web-clicks';
const STREAM_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-aaaa';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/22222222-bbbb';
const BUCKET_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/33333333-cccc';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const VPC = { subnets: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], securityGroups: ['sg-0a1b2c3d'] };

describe('an existing stream', () => {
  const plain = templateOf({ streams: { clicks: STREAM }, ingest: true });

  test('is read and put to under its ARN, and none is made', () => {
    plain.resourceCountIs('AWS::Kinesis::Stream', 0);
    plain.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: STREAM,
      StartingPosition: 'TRIM_HORIZON',
    });
    plain.hasOutput('ClicksStreamName', { Value: 'web-clicks' });
    plain.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      KinesisStreamSourceConfiguration: { KinesisStreamARN: STREAM },
    });
    expect(statementsOf(plain, 'Sweep').at(-1)).toBe(
      `kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on ${STREAM}`,
    );
    expect(statementsOf(plain, 'IngestHandler').at(-1)).toBe(`kinesis:PutRecords on ${STREAM}`);
  });

  test('with a key of its own, lets each role do with the key what it does with the stream', () => {
    const template = templateOf({ streams: { clicks: { arn: STREAM, key: STREAM_KEY } }, ingest: true });
    for (const owner of ['Aggregate', 'Sweep', 'LakeDeliverclicks']) {
      expect(statementsOf(template, owner)).toContain(`kms:Decrypt on ${STREAM_KEY}`);
    }
    expect(statementsOf(template, 'IngestHandler')).toContain(`kms:GenerateDataKey on ${STREAM_KEY}`);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:GenerateDataKey', Resource: STREAM_KEY })]),
      },
    });
    for (const owner of ['Finalize', 'Discard', 'Definitions', 'LakeTransform']) {
      expect(statementsOf(template, owner).filter((statement) => statement.startsWith('kms:'))).toEqual([]);
    }
  });

  test('can have consumers of several pipelines', () => {
    const template = templateOf({ streams: { clicks: STREAM }, fanOut: true });
    template.hasResourceProperties('AWS::Kinesis::StreamConsumer', {
      StreamARN: STREAM,
      ConsumerName: Match.stringLikeRegexp('^Streamgauge.*-streamgauge$'),
    });
  });

  test.each<[string, Partial<PipelineSettings>, string]>([
    ['of a stream that the pipeline lacks', { streams: { orders: STREAM } }, "streams names the stream 'orders'."],
    [
      'whose policy the stack would write',
      { streams: { clicks: STREAM }, producers: { clicks: ['arn:aws:iam::123456789012:role/web'] } },
      "The setting 'producers' lets others put to 'clicks', and 'streams' says that its Kinesis stream exists already",
    ],
  ])('is refused if it is one %s', (_case, settings, message) => {
    expect(() => pipelineStack(settings)).toThrow(message);
  });
});

test('an existing key encrypts all, and the stack makes none', () => {
  const template = templateOf({ key: KEY, ingest: true });
  template.resourceCountIs('AWS::KMS::Key', 0);
  template.allResourcesProperties('AWS::Kinesis::Stream', { StreamEncryption: { KeyId: KEY } });
  template.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: KEY } });
  template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KEY });
  template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: KEY });
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY });
  template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: KEY });
  template.allResourcesProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } },
      ],
    },
  });
  expect(statementsOf(template, 'Aggregate')).toContain(
    `kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo on ${KEY}`,
  );
});

describe('an existing bucket of bronze', () => {
  const template = templateOf({ bronzeBucket: { name: 'lake', key: BUCKET_KEY } });

  test('holds all of a deployment under its own prefix, so that several can share it', () => {
    template.resourceCountIs('AWS::S3::Bucket', 2);
    template.hasOutput('BronzePrefix', { Value: Match.stringLikeRegexp('^Streamgaugewebshop-Pipeline-Lake-\\w{8}/$') });
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        Prefix: Match.stringLikeRegexp('^Streamgauge.*/bronze/clicks/dt='),
        ErrorOutputPrefix: Match.stringLikeRegexp('^Streamgauge.*/bronze-errors/clicks/'),
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: BUCKET_KEY } },
      },
    });
    template.hasResourceProperties('AWS::Glue::Table', {
      TableInput: { StorageDescriptor: { Location: Match.anyValue() } },
    });
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        ResultConfiguration: {
          OutputLocation: Match.stringLikeRegexp('^s3://lake/Streamgauge.*/athena-results/$'),
          EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: BUCKET_KEY },
        },
      },
    });
  });

  test('is written under that prefix alone, with its key', () => {
    const statements = statementsOf(template, 'LakeDeliverclicks');
    expect(statements.filter((statement) => statement.startsWith('s3:AbortMultipartUpload'))).toEqual([
      expect.stringMatching(
        /:s3:::lake\/Streamgauge\S+\/bronze-errors\/clicks\/\*, \S+:s3:::lake\/Streamgauge\S+\/bronze\/clicks\/\*$/,
      ),
    ]);
    expect(statements).toContain(`kms:Decrypt kms:GenerateDataKey on ${BUCKET_KEY}`);
  });

  test("keeps its own encryption where it has no key that is named, unless the pipeline's key is the customer's", () => {
    templateOf({ bronzeBucket: 'lake' }).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: { EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' } },
    });
    templateOf({ bronzeBucket: 'lake', key: KEY }).hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: { EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: KEY } } },
    });
  });
});

test('alarms go to an existing topic, and the stack makes neither a topic nor a key', () => {
  const template = templateOf({ alarmTopic: TOPIC });
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.resourceCountIs('AWS::KMS::Key', 0);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [TOPIC], OKActions: [TOPIC] });
  template.hasOutput('AlarmTopicArn', { Value: TOPIC });
});

describe('in an existing VPC', () => {
  const template = templateOf({ vpc: VPC, ingest: true });

  test('every function is in the subnets that are given', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: VPC.subnets, SecurityGroupIds: VPC.securityGroups },
    });
  });

  test('Lambda may make network interfaces for each role, and the code of the functions may not', () => {
    for (const owner of [
      'Aggregate',
      'Finalize',
      'Sweep',
      'Discard',
      'Definitions',
      'LakeTransform',
      'IngestHandler',
    ]) {
      expect(statementsOf(template, owner)).toContain(
        'ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses on *',
      );
    }
    template.resourcePropertiesCountIs(
      'AWS::IAM::Policy',
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } } }),
          ]),
        },
      },
      7,
    );
  });
});
