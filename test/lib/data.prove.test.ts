import { Match, type Template } from 'aws-cdk-lib/assertions';
import { templateOf } from './support.ts';

const AS_SET = templateOf();
const DEV = templateOf({ dev: true });
const OWN_KEY = templateOf({ key: 'customer', shards: 4, retentionDays: 3 });

/** But for a first deployment that fails, which leaves nothing. */
const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
const DELETED = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };
const KEEPING = [
  'AWS::DynamoDB::Table',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::Logs::LogStream',
  'AWS::S3::Bucket',
];

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

function resourcesOf(template: Template): [string, Resource][] {
  return Object.entries(template.toJSON().Resources as Record<string, Resource>);
}

const KEY_ARN = { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] };

test('a stream is on demand, encrypted, keeps seven days and outlives its stack', () => {
  AS_SET.resourceCountIs('AWS::Kinesis::Stream', 1);
  AS_SET.hasResource('AWS::Kinesis::Stream', {
    Properties: {
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      ShardCount: Match.absent(),
      Name: Match.absent(),
    },
    ...KEPT,
  });
});

test('shards, retention and a key of the customer are settings of the stream', () => {
  OWN_KEY.hasResourceProperties('AWS::Kinesis::Stream', {
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    ShardCount: 4,
    RetentionPeriodHours: 72,
    StreamEncryption: { EncryptionType: 'KMS', KeyId: KEY_ARN },
  });
});

test('the state table ends nothing by the clock, and can be restored', () => {
  AS_SET.hasResource('AWS::DynamoDB::Table', {
    Properties: {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: Match.absent(),
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: false,
      GlobalSecondaryIndexes: Match.absent(),
    },
    ...KEPT,
  });
});

test('the results table has the index that the result store reads, and expires rows by ttl', () => {
  AS_SET.hasResource('AWS::DynamoDB::Table', {
    Properties: {
      AttributeDefinitions: ['pk', 'sk', 'pk2', 'sk2'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byWindow',
          KeySchema: [
            { AttributeName: 'pk2', KeyType: 'HASH' },
            { AttributeName: 'sk2', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    },
    ...KEPT,
  });
});

test('the wake-ups go through a FIFO queue that puts aside what fails five times', () => {
  AS_SET.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: Match.stringLikeRegexp('-finalize\\.fifo$'),
    FifoQueue: true,
    ContentBasedDeduplication: false,
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 60,
    RedrivePolicy: {
      maxReceiveCount: 5,
      deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineFinalizeQueueDeadLetters'), 'Arn'] },
    },
  });
  AS_SET.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: Match.stringLikeRegexp('-finalize-dead\\.fifo$'),
    FifoQueue: true,
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 14 * 86_400,
  });
});

test('a wake-up that no finalizer has begun with stays hidden for as long as one may take', () => {
  templateOf({ finalizeTimeoutSeconds: 900 }).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 900 });
});

test('every queue refuses what does not come over TLS', () => {
  expect(Object.keys(AS_SET.findResources('AWS::SQS::Queue'))).toHaveLength(3);
  AS_SET.resourcePropertiesCountIs(
    'AWS::SQS::QueuePolicy',
    {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    },
    3,
  );
});

test('the bucket is private, encrypted, and forgets after ninety days', () => {
  AS_SET.hasResource('AWS::S3::Bucket', {
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'expire',
            Status: 'Enabled',
            ExpirationInDays: 90,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
      VersioningConfiguration: Match.absent(),
    },
    ...KEPT,
  });
});

test('large pages never end by age, and what is deleted is kept for longer than the tables can be restored', () => {
  AS_SET.hasResource('AWS::S3::Bucket', {
    Properties: {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'deleted-pages',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 36 },
            ExpiredObjectDeleteMarker: true,
            ExpirationInDays: Match.absent(),
          },
        ],
      },
    },
    ...KEPT,
  });
});

test('the policy of the bucket asks for TLS, and lets the discard function read discarded batches alone', () => {
  AS_SET.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Principal: { AWS: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineDiscardRole'), 'Arn'] } },
          Resource: {
            'Fn::Join': [
              '',
              [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineSideOutputs'), 'Arn'] }, '/aws/lambda/*'],
            ],
          },
        },
      ],
    },
  });
});

test('S3 calls the discard function for what lies under aws/lambda/ and nothing else', () => {
  AS_SET.hasResource('AWS::S3::Bucket', {
    Properties: {
      NotificationConfiguration: {
        LambdaConfigurations: [
          {
            Event: 's3:ObjectCreated:*',
            Function: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineDiscardFunction'), 'Arn'] },
            Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'aws/lambda/' }] } },
          },
        ],
      },
    },
    DependsOn: [Match.stringLikeRegexp('^PipelineSideOutputsCallDiscard')],
  });
  AS_SET.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
  });
});

test('with dev the data goes with the stack', () => {
  for (const type of ['AWS::Kinesis::Stream', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup']) {
    const resources = Object.values(DEV.findResources(type));
    expect(resources.length).toBeGreaterThan(0);
    for (const resource of resources) expect(resource).toMatchObject(DELETED);
  }
});

test('what a stack keeps when it goes, a first deployment that fails does not keep', () => {
  for (const template of [AS_SET, OWN_KEY, templateOf({ ingest: true })]) {
    const kept = resourcesOf(template).filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain'));
    expect(new Set(kept.map(([, { Type }]) => Type))).toEqual(
      new Set([...KEEPING, ...(template === OWN_KEY ? ['AWS::KMS::Key'] : [])]),
    );
    for (const [, resource] of kept) expect(resource).toMatchObject(KEPT);
  }
});

test('tables are protected from deletion by hand where that is asked for', () => {
  templateOf({ protect: true }).allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
});

test('a key of the customer encrypts everything that holds data, and is turned over every year', () => {
  OWN_KEY.hasResource('AWS::KMS::Key', { Properties: { EnableKeyRotation: true }, ...KEPT });
  OWN_KEY.allResourcesProperties('AWS::DynamoDB::Table', {
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY_ARN },
  });
  OWN_KEY.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KEY_ARN });
  OWN_KEY.allResourcesProperties('AWS::Kinesis::Stream', {
    StreamEncryption: { EncryptionType: 'KMS', KeyId: KEY_ARN },
  });
  OWN_KEY.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY_ARN });
  OWN_KEY.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: KEY_ARN });
  OWN_KEY.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: KEY_ARN });
  OWN_KEY.allResourcesProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: { EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN } } },
  });
  OWN_KEY.allResourcesProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
        },
      ],
    },
  });
  OWN_KEY.resourceCountIs('AWS::KMS::Key', 1);
});

test('CloudWatch Logs may use the key of the customer for the log groups of this stack', () => {
  OWN_KEY.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: {
            Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] },
          },
          Condition: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': {
                'Fn::Join': ['', Match.arrayWith([':log-group:Streamgauge-web-shop-*'])],
              },
            },
          },
        }),
      ]),
    },
  });
});

test('without a key of the customer there is one for the alarms alone, and none without monitoring', () => {
  AS_SET.resourceCountIs('AWS::KMS::Key', 1);
  AS_SET.hasResourceProperties('AWS::KMS::Key', { Description: 'Streamgauge: alarms of pipeline web_shop.' });
  templateOf({ monitoring: false }).resourceCountIs('AWS::KMS::Key', 0);
});
