import { Match } from 'aws-cdk-lib/assertions';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import { onePipeline, statementsOf, templateOf } from './support.ts';

const AS_SET = templateOf();
const OWN_KEY = templateOf({ key: 'customer', bronzeDays: 400 });
const OFF = templateOf({ lake: false });

const BRONZE = Match.stringLikeRegexp('^PipelineLakeBronze');
const BRONZE_NAME = { Ref: BRONZE };
const BRONZE_ARN = { 'Fn::GetAtt': [BRONZE, 'Arn'] };
const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] };
const LAKE_TYPES = [
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Logs::LogStream',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::Athena::WorkGroup',
  'AWS::Athena::NamedQuery',
];

test('Firehose carries the Kinesis stream to bronze, filed by stream, day and hour, compressed', () => {
  AS_SET.resourceCountIs('AWS::KinesisFirehose::DeliveryStream', 1);
  AS_SET.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    DeliveryStreamType: 'KinesisStreamAsSource',
    KinesisStreamSourceConfiguration: {
      KinesisStreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineStreamclicks'), 'Arn'] },
    },
    ExtendedS3DestinationConfiguration: {
      BucketARN: BRONZE_ARN,
      Prefix: 'bronze/clicks/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
      ErrorOutputPrefix:
        'bronze-errors/clicks/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
      CompressionFormat: 'GZIP',
      FileExtension: '.jsonl.gz',
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 300 },
      EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    },
  });
});

test('Firehose hands little at a time to the bronze function, and does not give up soon', () => {
  AS_SET.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: {
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          {
            Type: 'Lambda',
            Parameters: [
              {
                ParameterName: 'LambdaArn',
                ParameterValue: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineLakeTransformFunction'), 'Arn'] },
              },
              { ParameterName: 'RoleArn', ParameterValue: Match.anyValue() },
              { ParameterName: 'NumberOfRetries', ParameterValue: '60' },
              { ParameterName: 'BufferSizeInMBs', ParameterValue: '0.2' },
              { ParameterName: 'BufferIntervalInSeconds', ParameterValue: '60' },
            ],
          },
        ],
      },
    },
  });
  AS_SET.hasResourceProperties('AWS::Lambda::Function', {
    Description: Match.stringLikeRegexp('lines of bronze'),
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: 1024,
    Environment: { Variables: { STREAMGAUGE_STREAMS: Match.anyValue() } },
  });
});

test('what Firehose fails at is logged, in a log stream that is there before', () => {
  AS_SET.hasResource('AWS::KinesisFirehose::DeliveryStream', {
    Properties: {
      ExtendedS3DestinationConfiguration: {
        CloudWatchLoggingOptions: {
          Enabled: true,
          LogGroupName: { Ref: Match.stringLikeRegexp('^PipelineLakeDeliveryLogs') },
          LogStreamName: { Ref: Match.stringLikeRegexp('^PipelineLakeDeliveryLog') },
        },
      },
    },
  });
  AS_SET.hasResourceProperties('AWS::Logs::LogStream', { LogStreamName: 'deliveries' });
});

test('buffers of Firehose are settings', () => {
  templateOf({ bronzeBufferMb: 5, bronzeBufferSeconds: 60 }).hasResourceProperties(
    'AWS::KinesisFirehose::DeliveryStream',
    { ExtendedS3DestinationConfiguration: { BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } } },
  );
});

test("Firehose's role may read its stream, call its function and write under its prefixes; the function's may do nothing", () => {
  const common = [
    'kinesis:DescribeStream kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on StreamclicksStream',
    'lambda:GetFunctionConfiguration lambda:InvokeFunction on LakeTransformFunction',
    's3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads on LakeBronzeBucket',
    's3:AbortMultipartUpload s3:GetObject s3:PutObject on LakeBronzeBucket/bronze-errors/clicks/*, LakeBronzeBucket/bronze/clicks/*',
    'logs:PutLogEvents on arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:LakeDeliveryLogs:log-stream:LakeDeliveryLog',
  ];
  expect(statementsOf(AS_SET, 'LakeDeliverclicks')).toEqual(common);
  expect(statementsOf(OWN_KEY, 'LakeDeliverclicks')).toEqual([...common, 'kms:Decrypt kms:GenerateDataKey on Key']);
  const own = ['logs:CreateLogStream logs:PutLogEvents on LakeTransformLogs'];
  expect(statementsOf(AS_SET, 'LakeTransform')).toEqual(own);
  // For its environment.
  expect(statementsOf(OWN_KEY, 'LakeTransform')).toEqual([...own, 'kms:Decrypt on Key']);
  AS_SET.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'firehose.amazonaws.com' } })] },
    ManagedPolicyArns: Match.absent(),
  });
});

test('the bucket is private, encrypted, versioned, and keeps bronze', () => {
  AS_SET.hasResource('AWS::S3::Bucket', {
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'bronze',
            Prefix: 'bronze/',
            Status: 'Enabled',
            Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }],
            ExpirationInDays: Match.absent(),
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          },
          { Id: 'errors', Prefix: 'bronze-errors/', ExpirationInDays: 90 },
          {
            Id: 'query-results',
            Prefix: 'athena-results/',
            ExpirationInDays: 7,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
          {
            Id: 'leftovers',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            ExpiredObjectDeleteMarker: true,
          },
        ],
      },
    },
    DeletionPolicy: 'RetainExceptOnCreate',
  });
  AS_SET.hasResourceProperties('AWS::S3::BucketPolicy', {
    Bucket: BRONZE_NAME,
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ],
    },
  });
});

test('bronze can expire, and what stays but for weeks is not moved', () => {
  const ruleOf = (template: typeof AS_SET) =>
    Object.values(template.findResources('AWS::S3::Bucket'))
      .flatMap((bucket) => bucket.Properties.LifecycleConfiguration.Rules)
      .find((rule) => rule.Id === 'bronze');
  expect(ruleOf(OWN_KEY)).toMatchObject({ ExpirationInDays: 400, Transitions: [{ TransitionInDays: 30 }] });
  const short = ruleOf(templateOf({ bronzeDays: 59 }));
  expect(short).toMatchObject({ ExpirationInDays: 59 });
  expect(short).not.toHaveProperty('Transitions');
});

test('the table of a stream has its schema as columns, and partitions that nobody registers', () => {
  AS_SET.hasResourceProperties('AWS::Glue::Database', {
    DatabaseInput: { Name: Match.stringLikeRegexp('^[a-z0-9_]+$') },
  });
  const location = (rest: string) => ({ 'Fn::Join': ['', ['s3://', BRONZE_NAME, rest]] });
  AS_SET.hasResourceProperties('AWS::Glue::Table', {
    TableInput: {
      Name: 'clicks',
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [
        { Name: 'dt', Type: 'string' },
        { Name: 'hour', Type: 'string' },
      ],
      Parameters: {
        classification: 'json',
        'projection.enabled': 'true',
        'projection.dt.type': 'date',
        'projection.dt.format': 'yyyy-MM-dd',
        'projection.dt.range': '2026-01-01,NOW',
        'projection.dt.interval': '1',
        'projection.dt.interval.unit': 'DAYS',
        'projection.hour.type': 'integer',
        'projection.hour.range': '0,23',
        'projection.hour.digits': '2',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: these are Athena's own placeholders.
        'storage.location.template': location('/bronze/clicks/dt=${dt}/hour=${hour}/'),
      },
      StorageDescriptor: {
        Location: location('/bronze/clicks/'),
        Columns: Match.arrayWith([
          Match.objectLike({ Name: 'shard', Type: 'string' }),
          Match.objectLike({ Name: 'sequence', Type: 'string' }),
          Match.objectLike({ Name: 'event', Type: 'struct<page:string,time:string>' }),
        ]),
        SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  });
});

test('queries are limited, and their results encrypted where nobody can choose otherwise', () => {
  AS_SET.hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: {
      BytesScannedCutoffPerQuery: 50_000_000_000,
      EnforceWorkGroupConfiguration: true,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        OutputLocation: { 'Fn::Join': ['', ['s3://', BRONZE_NAME, '/athena-results/']] },
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        ExpectedBucketOwner: { Ref: 'AWS::AccountId' },
      },
    },
  });
  templateOf({ scanLimitGb: 1, key: 'customer' }).hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: {
      BytesScannedCutoffPerQuery: 1_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: KEY_ARN } },
    },
  });
});

test('each view has its statement as a named query', () => {
  const [clicksByPage] = (onePipeline as unknown as { views: readonly never[] }).views;
  AS_SET.hasResourceProperties('AWS::Athena::NamedQuery', {
    Name: 'clicks_by_page',
    QueryString: athenaStatement(clicksByPage as never),
    Database: Match.stringLikeRegexp('^[a-z0-9_]+$'),
  });
});

test('a view that Athena cannot say has no named query, and its stream has a table all the same', () => {
  const odd = stream('odd', {
    schema: Type.Object({ "it's": Type.String(), page: Type.String(), time: Timestamp('iso8601') }),
    eventTime: 'time',
    partitionKey: 'page',
    maxLateness: '0 ms',
  });
  const views = [
    view('unsaid', odd)
      .window(tumbling('1 minute'))
      .groupBy('page')
      .aggregate((e) => ({ named: count(e["it's"]) })),
    view('said', odd)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ all: count() })),
  ];
  const template = templateOf({}, pipeline('odd_fields', views));
  template.resourceCountIs('AWS::Glue::Table', 1);
  expect(
    Object.values(template.findResources('AWS::Athena::NamedQuery')).map(({ Properties }) => Properties.Name),
  ).toEqual(['said']);
});

test('with a key of the customer, bronze and its Firehose use it', () => {
  OWN_KEY.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: {
      EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN } },
    },
  });
  OWN_KEY.resourcePropertiesCountIs(
    'AWS::S3::Bucket',
    {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY_ARN } },
        ],
      },
    },
    3,
  );
});

test('without the lake there is nothing of it', () => {
  for (const type of LAKE_TYPES) OFF.resourceCountIs(type, 0);
  OFF.resourceCountIs('AWS::S3::Bucket', 2);
  OFF.resourceCountIs('AWS::Lambda::Function', 5);
});

test('without a catalog there is bronze, and neither Glue nor Athena', () => {
  const template = templateOf({ catalog: false });
  template.resourceCountIs('AWS::KinesisFirehose::DeliveryStream', 1);
  for (const type of LAKE_TYPES.slice(2)) template.resourceCountIs(type, 0);
  expect(Object.keys(template.findOutputs('*'))).toContain('BronzeBucketName');
  expect(Object.keys(template.findOutputs('*'))).not.toContain('LakeDatabaseName');
});

test('with dev, bronze goes with the stack', () => {
  const template = templateOf({ dev: true });
  // Old versions would keep the bucket from being deleted.
  template.resourcePropertiesCountIs('AWS::S3::Bucket', { VersioningConfiguration: Match.absent() }, 3);
  template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  template.hasResource('AWS::Logs::LogStream', { DeletionPolicy: 'Delete' });
});
