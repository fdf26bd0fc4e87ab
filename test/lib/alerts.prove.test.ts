import { Match } from 'aws-cdk-lib/assertions';
import {
  count,
  eventBridge,
  pipeline,
  sns,
  stream,
  Timestamp,
  Type,
  terminal,
  tumbling,
  view,
  webhook,
} from 'streamgauge';
import { pipelineStack, statementsOf, templateOf } from './support.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const OTHER = 'arn:aws:sns:eu-central-1:123456789012:others';
const TOPIC_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-aaaa';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const alerting = (...to: ReturnType<typeof sns>[]) =>
  pipeline('web_shop', [
    view('by_page', clicks)
      .window(tumbling('1 minute'))
      .groupBy('page')
      .aggregate(() => ({ clicks: count() }))
      .alert('busy', { when: (row) => row.clicks.gt(10), severity: 'critical', to }),
  ]);
const everywhere = alerting(
  sns(),
  sns(OTHER),
  eventBridge(),
  eventBridge('ops'),
  webhook({ url: 'https://example.com/a', secret: 'ALERTS_SECRET' }),
);

/** What both functions that publish may do for alerts. */
function publishing(template: ReturnType<typeof templateOf>): readonly string[] {
  const [finalize, sweep] = ['Finalize', 'Sweep'].map((owner) =>
    statementsOf(template, owner).filter((text) => /^(sns|events|ssm):/.test(text)),
  );
  expect(finalize).toEqual(sweep);
  return finalize ?? [];
}

test('a pipeline without alerts has nothing for them', () => {
  const template = templateOf();
  expect(publishing(template)).toEqual([]);
  template.resourceCountIs('AWS::SNS::Topic', 1);
});

test('functions publish to exactly the topics, buses and parameters that alerts name', () => {
  const template = templateOf({}, everywhere);
  const arn = (service: string, resource: string) =>
    `arn:AWS::Partition:${service}:AWS::Region:AWS::AccountId:${resource}`;
  expect(publishing(template)).toEqual([
    `sns:Publish on AlertsTopic, ${OTHER}`,
    `events:PutEvents on ${arn('events', 'event-bus/default')}, ${arn('events', 'event-bus/ops')}`,
    `ssm:GetParameter on ${arn('ssm', 'parameter/streamgauge/web_shop/ALERTS_SECRET')}`,
  ]);
});

test('functions may put events of one source alone', () => {
  const policies = JSON.stringify(templateOf({}, everywhere).toJSON());
  expect(policies.match(/"events:source":"streamgauge"/g)).toHaveLength(2);
});

test('the sweep removes orphans and ends what undeployed views have left, so it reads, writes and lists pages', () => {
  const template = templateOf();
  expect(statementsOf(template, 'Sweep').filter((text) => text.startsWith('s3:'))).toEqual([
    's3:DeleteObject s3:GetObject s3:PutObject on PagesBucket/pages/*',
    's3:ListBucket on PagesBucket',
  ]);
});

test('both functions are told of the topic, and of where keys of webhooks lie, and of no key', () => {
  const template = templateOf({}, everywhere);
  const variables = {
    STREAMGAUGE_ALERT_TOPIC: { Ref: Match.stringLikeRegexp('^PipelineAlertsTopic') },
    STREAMGAUGE_ALERT_SECRETS_PATH: '/streamgauge/web_shop/',
  };
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: variables } }, 2);
  template.hasOutput('AlertTopicArn', { Value: { Ref: Match.stringLikeRegexp('^PipelineAlertsTopic') } });
});

test('the topic of the stack is encrypted: with the key of SNS, or with that of the customer', () => {
  const kept = templateOf({}, alerting(sns()));
  expect(JSON.stringify(kept.findResources('AWS::SNS::Topic'))).toContain(':alias/aws/sns');
  templateOf({ key: 'customer' }, alerting(sns())).allResourcesProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] },
  });
});

test('a topic that is there already takes its place, with the right to use its key', () => {
  const template = templateOf({ alertTopic: { arn: TOPIC, key: TOPIC_KEY }, monitoring: false }, alerting(sns()));
  template.resourceCountIs('AWS::SNS::Topic', 0);
  expect(publishing(template)).toEqual([`sns:Publish on ${TOPIC}`]);
  for (const owner of ['Finalize', 'Sweep']) {
    expect(statementsOf(template, owner)).toContain(`kms:Decrypt kms:GenerateDataKey on ${TOPIC_KEY}`);
  }
});

test('buses are there already, unless the setting lets the stack make them', () => {
  templateOf({}, everywhere).resourceCountIs('AWS::Events::EventBus', 0);
  const made = templateOf({ makeAlertBuses: true, key: 'customer' }, everywhere);
  made.resourceCountIs('AWS::Events::EventBus', 1);
  made.hasResourceProperties('AWS::Events::EventBus', {
    Name: 'ops',
    KmsKeyIdentifier: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineKey'), 'Arn'] },
  });
});

test('keys of webhooks lie where the setting says', () => {
  const webhooks = alerting(webhook({ url: 'https://example.com/a', secret: 'ALERTS_SECRET' }));
  const template = templateOf({ alertSecretsPath: '/prod/web/' }, webhooks);
  expect(publishing(template)[0]).toMatch(/parameter\/prod\/web\/ALERTS_SECRET$/);
  expect(() => pipelineStack({ alertSecretsPath: 'prod' }, webhooks)).toThrow(
    'The setting \'alertSecretsPath\' is "prod": it must be a path that begins and ends with /',
  );
  expect(() => pipelineStack({ alertTopic: 'on-call' })).toThrow('The setting \'alertTopic\' is "on-call"');
});

test('alerts to what is not there on AWS need no permission', () => {
  expect(publishing(templateOf({}, alerting(terminal())))).toEqual([]);
});

test('that messages wait is an alarm, and that critical incidents are on if the settings say so', () => {
  const named = (name: string) => ({ AlarmName: Match.stringLikeRegexp(`-${name}$`) });
  const asSet = templateOf({}, everywhere);
  asSet.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...named('alerts-waiting'),
    MetricName: 'AlertsWaiting',
    Statistic: 'Minimum',
    Threshold: 0,
    EvaluationPeriods: 10,
    TreatMissingData: 'ignore',
  });
  asSet.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', named('critical-alerts-open'), 0);
  templateOf({ alarms: { criticalAlertsOpen: 0 } }, everywhere).hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...named('critical-alerts-open'),
    MetricName: 'CriticalAlertsOpen',
    Threshold: 0,
  });
  templateOf().resourcePropertiesCountIs('AWS::CloudWatch::Alarm', named('alerts-waiting'), 0);
});

const early = pipeline('web_shop', [
  view('by_page', clicks)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }))
    .alert('busy', { when: (row) => row.clicks.gt(10), severity: 'critical', early: '10 seconds', to: [terminal()] }),
]);

test('a pipeline without early alerts has no queue of looks, and no function is told of one', () => {
  const template = templateOf({}, everywhere);
  expect(JSON.stringify(template.toJSON())).not.toContain('LOOK_QUEUE');
  template.resourceCountIs('AWS::SQS::Queue', 3);
});

test('early looks have a standard queue, which the finalize function reads and three functions send to', () => {
  const template = templateOf({}, early);
  const isQueue = Match.stringLikeRegexp('^PipelineLookQueue');
  template.hasResource('AWS::SQS::Queue', {
    Properties: {
      FifoQueue: Match.absent(),
      MessageRetentionPeriod: 3600,
      VisibilityTimeout: 60,
      SqsManagedSseEnabled: true,
    },
    Metadata: { cdk_nag: { rules_to_suppress: [{ id: 'AwsSolutions-SQS3' }] } },
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [isQueue, 'Arn'] },
    FunctionName: { Ref: Match.stringLikeRegexp('^PipelineFinalize') },
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const variables = { STREAMGAUGE_LOOK_QUEUE_URL: { Ref: isQueue } };
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: variables } }, 3);
  const permissions = (owner: string) => statementsOf(template, owner).filter((text) => text.includes('LookQueue'));
  expect(['Aggregate', 'Sweep', 'Finalize', 'Discard'].map(permissions)).toEqual([
    ['sqs:SendMessage on FinalizeQueue, LookQueue'],
    ['sqs:SendMessage on FinalizeQueue, LookQueue'],
    ['sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on LookQueue'],
    [],
  ]);
});

test('Lambda lets looks wake each other beyond 16 in a row', () => {
  templateOf({}, early).hasResourceProperties('AWS::Lambda::Function', {
    Description: Match.stringLikeRegexp('folds closed windows'),
    RecursiveLoop: 'Allow',
  });
});

describe('the policy of those who silence alerts', () => {
  const policyOf = (template: ReturnType<typeof templateOf>) => {
    const all = Object.entries(template.findResources('AWS::IAM::ManagedPolicy'));
    return all.find(([id]) => id.startsWith('PipelineSilence'))?.[1].Properties.PolicyDocument.Statement as object[];
  };

  test('lets them read the outputs, and read and write the silences alone', () => {
    const template = templateOf({}, everywhere);
    expect(policyOf(template)).toEqual([
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
      {
        Effect: 'Allow',
        Action: ['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^PipelineStateTable/), 'Arn'] },
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['silences'] } },
      },
    ]);
    template.hasOutput('SilencePolicyArn', { Value: { Ref: Match.stringLikeRegexp('^PipelineSilence') } });
  });

  test('lets them use the key of the customer', () => {
    expect(policyOf(templateOf({ key: 'customer' }, everywhere)).at(-1)).toMatchObject({
      Action: expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']),
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^PipelineKey/), 'Arn'] },
    });
  });

  test('is not there without alerts', () => {
    expect(policyOf(templateOf())).toBeUndefined();
    expect(Object.keys(templateOf().findOutputs('*'))).not.toContain('SilencePolicyArn');
  });
});

describe('links in alerts', () => {
  const told = (settings: Parameters<typeof templateOf>[0]) => {
    const functions = templateOf(settings, everywhere).findResources('AWS::Lambda::Function');
    const variables = Object.values(functions).map(({ Properties }) => Properties.Environment?.Variables ?? {});
    return variables.flatMap(({ STREAMGAUGE_ALERT_LINKS: page, STREAMGAUGE_DASHBOARD_URL: dashboard }) =>
      page === undefined && dashboard === undefined ? [] : [{ page, dashboard }],
    );
  };

  test('lead to the dashboard, in the console of the partition', () => {
    const [finalize, sweep, ...others] = told({});
    expect([sweep, others]).toEqual([finalize, []]);
    expect(JSON.stringify(finalize?.dashboard)).toMatch(
      /FindInMap.*\/cloudwatch\/home\?region=.*AWS::Region.*#dashboards:name=Streamgaugewebshop-Pipeline/,
    );
  });

  test('lead to the page of the setting, and to nothing without either', () => {
    const page = 'https://analytics.example.com/shop';
    expect(told({ alertLinks: page })).toEqual([{ page }, { page }]);
    expect(told({ monitoring: false })).toEqual([]);
    expect(() => pipelineStack({ alertLinks: 'analytics' }, everywhere)).toThrow(
      'The setting \'alertLinks\' is "analytics": it must be the http or https address of a page',
    );
  });

  test('need nothing where there are no alerts', () => {
    expect(JSON.stringify(templateOf().toJSON())).not.toContain('STREAMGAUGE_DASHBOARD_URL');
  });
});
