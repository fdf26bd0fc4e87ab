import { Match } from 'aws-cdk-lib/assertions';
import { statementsOf, templateOf } from './support.ts';

/** Without the lake, whose function and roles have tests of their own. */
const AS_SET = templateOf({ lake: false });
const OWN_KEY = templateOf({ key: 'customer', lake: false });

test('all functions run on Node 24 on arm64 and log JSON into groups of their own that forget after a month', () => {
  AS_SET.resourceCountIs('AWS::Lambda::Function', 5);
  AS_SET.allResourcesProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.stringLikeRegexp('Logs') } },
  });
  AS_SET.resourceCountIs('AWS::Logs::LogGroup', 5);
  AS_SET.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('the aggregate function runs as a published version behind the alias live, under a name of its own', () => {
  AS_SET.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('-aggregate$'),
    MemorySize: 1769,
    Timeout: 60,
    Environment: {
      Variables: {
        STREAMGAUGE_STREAMS: Match.anyValue(),
        STREAMGAUGE_STATE_TABLE: { Ref: Match.stringLikeRegexp('^PipelineState') },
        STREAMGAUGE_FINALIZE_QUEUE_URL: { Ref: Match.stringLikeRegexp('^PipelineFinalizeQueue') },
        STREAMGAUGE_BUCKET: { Ref: Match.stringLikeRegexp('^PipelineSideOutputs') },
      },
    },
  });
  AS_SET.resourceCountIs('AWS::Lambda::Version', 1);
  AS_SET.hasResourceProperties('AWS::Lambda::Alias', {
    Name: 'live',
    FunctionVersion: { 'Fn::GetAtt': [Match.stringLikeRegexp('CurrentVersion'), 'Version'] },
  });
});

test('reading begins at a time, and all who look at the stream know it', () => {
  const template = templateOf({ startingPosition: '2026-03-01T00:00:00Z' });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: 1_772_323_200,
  });
  const told = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Environment?.Variables?.STREAMGAUGE_STARTS_AT === '1772323200',
  );
  expect(told.map(({ Properties }) => Properties.Description.split(':')[1].trim().split(' ')[0])).toEqual([
    'commits',
    'advances',
  ]);
});

test('the aggregate function is read to from the beginning of the stream, a shard at a time, and until records are six days old', () => {
  AS_SET.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineStreamclicks'), 'Arn'] },
    FunctionName: { 'Fn::Join': ['', [Match.anyValue(), ':live']] },
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 10_000,
    MaximumBatchingWindowInSeconds: 5,
    ParallelizationFactor: 1,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 10_000,
    MaximumRecordAgeInSeconds: 6 * 86_400,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineSideOutputs'), 'Arn'] } },
    },
  });
});

test.each([
  // A day short of what the stream keeps, or half of it where it keeps a day.
  [1, 0.5],
  [2, 1],
  [365, 7],
])('of a retention of %d days, a batch that fails is kept at for %p', (retentionDays, days) => {
  templateOf({ retentionDays }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    StartingPosition: 'TRIM_HORIZON',
    MaximumRecordAgeInSeconds: days * 86_400,
  });
});

test('batch, window, attempts and memory are settings', () => {
  const template = templateOf({ batchSize: 500, batchingWindowSeconds: 0, retryAttempts: -1, memory: 512 });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 500,
    MaximumBatchingWindowInSeconds: 0,
    MaximumRetryAttempts: -1,
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('-aggregate$'),
    MemorySize: 512,
  });
});

test('functions are traced where the settings ask for it, and told where to send metrics where they are monitored', () => {
  AS_SET.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: Match.absent() });
  // All but the guard of definitions, which has no figures to tell.
  AS_SET.resourcePropertiesCountIs(
    'AWS::Lambda::Function',
    { Environment: { Variables: { STREAMGAUGE_METRICS_NAME: Match.stringLikeRegexp('-Pipeline-') } } },
    4,
  );
  const traced = templateOf({ tracing: true, monitoring: false });
  traced.allResourcesProperties('AWS::Lambda::Function', {
    TracingConfig: { Mode: 'Active' },
    Environment: { Variables: { STREAMGAUGE_METRICS_NAME: Match.absent() } },
  });
  expect(statementsOf(traced, 'Sweep')).toContain('xray:PutTelemetryRecords xray:PutTraceSegments on *');
});

test('finalizers may wake each other as often as a backlog takes; Lambda ends loops of all others', () => {
  AS_SET.resourcePropertiesCountIs('AWS::Lambda::Function', { RecursiveLoop: 'Allow' }, 1);
  AS_SET.hasResourceProperties('AWS::Lambda::Function', {
    Description: 'Streamgauge: folds closed windows into result rows.',
    RecursiveLoop: 'Allow',
  });
});

test('a new release publishes unchanged code as a new version', () => {
  const versionOf = (release: string) =>
    Object.keys(templateOf({ release }).findResources('AWS::Lambda::Version')).toString();
  expect(versionOf('one')).not.toBe(versionOf('two'));
  expect(versionOf('one')).toBe(versionOf('one'));
});

test('calls can be kept free for the aggregate function, one for each shard at least', () => {
  const template = templateOf({ shards: 4, reservedConcurrency: 6 });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('-aggregate$'),
    ReservedConcurrentExecutions: 6,
  });
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 6 }, 1);
  AS_SET.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
});

test('fewer calls than shards are refused, and any number where Kinesis adds shards itself', () => {
  expect(() => templateOf({ shards: 4, reservedConcurrency: 3 })).toThrow(
    "The setting 'reservedConcurrency' is 3: it must be at least 4, one for each of 4 shards of 1 streams.",
  );
  expect(() => templateOf({ reservedConcurrency: 100 })).toThrow(
    "The setting 'reservedConcurrency' is 100, and the streams are on demand:",
  );
});

test('SQS wakes the finalize function with up to ten messages, and hears which failed', () => {
  AS_SET.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineFinalizeQueueC'), 'Arn'] },
    FunctionName: { Ref: Match.stringLikeRegexp('^PipelineFinalizeFunction') },
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  AS_SET.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 60,
    Environment: { Variables: { STREAMGAUGE_RESULTS_TABLE: { Ref: Match.stringLikeRegexp('^PipelineResults') } } },
  });
});

test('the sweep runs every minute, and one that fails is not repeated late', () => {
  AS_SET.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [
      {
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineSweepFunction'), 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        Id: Match.anyValue(),
      },
    ],
  });
  AS_SET.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^PipelineSweepFunction') },
    MaximumRetryAttempts: 0,
  });
});

test('what the discard function fails at is tried twice more and then kept in a queue', () => {
  AS_SET.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^PipelineDiscardFunction') },
    MaximumRetryAttempts: 2,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineDiscardFailures'), 'Arn'] } },
    },
  });
});

test('each role has exactly these actions on exactly these resources', () => {
  expect(statementsOf(AS_SET, 'Aggregate')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on AggregateLogs',
    'dynamodb:GetItem dynamodb:PutItem dynamodb:Query on StateTable',
    's3:GetObject s3:PutObject on PagesBucket/pages/*',
    's3:ListBucket on PagesBucket',
    'sqs:SendMessage on FinalizeQueue',
    's3:PutObject on SideOutputsBucket/*',
    's3:ListBucket on SideOutputsBucket',
    'kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on StreamclicksStream',
  ]);
  expect(statementsOf(AS_SET, 'Finalize')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on FinalizeLogs',
    'dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on StateTable',
    's3:DeleteObject s3:GetObject s3:PutObject on PagesBucket/pages/*',
    's3:ListBucket on PagesBucket',
    'dynamodb:BatchGetItem dynamodb:PutItem dynamodb:Query on ResultsTable',
    'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on FinalizeQueue',
  ]);
  expect(statementsOf(AS_SET, 'Sweep')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on SweepLogs',
    'dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on StateTable',
    'sqs:SendMessage on FinalizeQueue',
    's3:DeleteObject s3:GetObject s3:PutObject on PagesBucket/pages/*',
    's3:ListBucket on PagesBucket',
    'kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on StreamclicksStream',
  ]);
  expect(statementsOf(AS_SET, 'Discard')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on DiscardLogs',
    'dynamodb:GetItem dynamodb:PutItem on StateTable',
    'kinesis:DescribeStreamSummary on StreamclicksStream',
    'sqs:SendMessage on DiscardFailures',
  ]);
  expect(statementsOf(AS_SET, 'Definitions')).toEqual([
    'logs:CreateLogStream logs:PutLogEvents on DefinitionsLogs',
    'dynamodb:GetItem dynamodb:PutItem on StateTable',
  ]);
  AS_SET.resourceCountIs('AWS::IAM::Policy', 5);
});

test.each(['Aggregate', 'Finalize', 'Sweep', 'Discard'])(
  'the %s function gets new code only after the guard has let the views pass',
  (name) => {
    const functions = AS_SET.findResources('AWS::Lambda::Function', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^PipelineDefinitionsViews')]),
    });
    expect(Object.keys(functions)).toContainEqual(expect.stringMatching(`^Pipeline${name}Function`));
  },
);

test('the guard is called when the name, version or definition of a view changes', () => {
  AS_SET.hasResourceProperties('Custom::StreamgaugeDefinitions', {
    ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineDefinitionsFunction'), 'Arn'] },
    Views: Match.serializedJson([
      { name: 'clicks_by_page', version: 1, fingerprint: Match.stringLikeRegexp('^[0-9a-f]{12}$') },
    ]),
  });
});

test('no role has a managed policy, and only Lambda may take one on', () => {
  AS_SET.resourceCountIs('AWS::IAM::Role', 5);
  AS_SET.allResourcesProperties('AWS::IAM::Role', {
    ManagedPolicyArns: Match.absent(),
    AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })] },
  });
});

test.each(['Aggregate', 'Finalize', 'Sweep', 'Discard'])('%s may use the key of the customer', (owner) => {
  expect(statementsOf(OWN_KEY, owner)).toContain(
    'kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo on Key',
  );
});

test('the finalize function lists its own prefix of the bucket of pages, and nothing else there', () => {
  AS_SET.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^PipelineFinalizeRole'),
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelinePagesBucket'), 'Arn'] },
          Condition: { StringLike: { 's3:prefix': 'pages/*' } },
        },
      ]),
    },
  });
});
