import { Aspects } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { PipelineSettings } from '../../lib/settings.ts';
import { COMBINATIONS, stackOf } from './combinations.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly Metadata?: { readonly cdk_nag?: { readonly rules_to_suppress: readonly { readonly id: string }[] } };
}

type Resources = readonly (readonly [id: string, resource: Resource])[];

interface Synthesized {
  readonly settings: Partial<PipelineSettings>;
  readonly found: readonly string[];
  readonly template: { readonly Outputs: object };
  readonly resources: Resources;
}

/** Each combination, synthesized once with cdk-nag looking on. */
const ALL: readonly Synthesized[] = COMBINATIONS.map((settings) => {
  const stack = stackOf(settings);
  Aspects.of(stack).add(new AwsSolutionsChecks({ verbose: true }));
  const annotations = Annotations.fromStack(stack);
  const any = Match.stringLikeRegexp('.*');
  const found = [...annotations.findError('*', any), ...annotations.findWarning('*', any)];
  const template = Template.fromStack(stack).toJSON() as { Outputs: object; Resources: Record<string, Resource> };
  return {
    settings,
    found: found.map(({ id, entry }) => `${id}: ${entry.data}`),
    template,
    resources: Object.entries(template.Resources),
  };
});

/** What a rule finds in each combination, with the combination. */
function violations(
  rule: (synthesized: Synthesized) => readonly string[],
): { settings: string; wrong: readonly string[] }[] {
  return ALL.flatMap((each) => {
    const wrong = rule(each);
    return wrong.length === 0 ? [] : [{ settings: JSON.stringify(each.settings), wrong }];
  });
}

/** Ids of resources of a type that fail a check. */
function failing(
  resources: Resources,
  type: string,
  holds: (properties: Readonly<Record<string, unknown>>) => boolean,
) {
  return resources.flatMap(([id, { Type, Properties = {} }]) => (Type === type && !holds(Properties) ? [id] : []));
}

test('the combinations are some dozens, and reach every kind of resource', () => {
  expect(ALL.length).toBeGreaterThan(15);
  const types = new Set(ALL.flatMap(({ resources }) => resources.map(([, { Type }]) => Type)));
  expect(types.size).toBeGreaterThan(30);
});

test('cdk-nag finds nothing in any combination of settings', () => {
  expect(violations(({ found }) => found)).toEqual([]);
});

interface Statement {
  readonly Effect: string;
  readonly Resource?: unknown;
}

/** Statements of a role's policies, inside of it or beside it. */
function statementsOf({ Type, Properties = {} }: Resource): Statement[] {
  const documents = [
    ...(Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy' ? [Properties.PolicyDocument] : []),
    ...(
      (Type === 'AWS::IAM::Role' ? (Properties.Policies as { PolicyDocument: unknown }[] | undefined) : []) ?? []
    ).map(({ PolicyDocument }) => PolicyDocument),
  ];
  return documents.flatMap((document) => (document as { Statement: Statement[] }).Statement);
}

test('a permission on more than one named resource has its reason in the template', () => {
  const wide = ({ Effect, Resource: on }: Statement) => Effect === 'Allow' && /\*"/.test(JSON.stringify(on));
  let explained = 0;
  const wrong = violations(({ resources }) =>
    resources.flatMap(([id, resource]) => {
      if (!statementsOf(resource).some(wide)) return [];
      const rules = resource.Metadata?.cdk_nag?.rules_to_suppress ?? [];
      explained += 1;
      return rules.some((rule) => rule.id === 'AwsSolutions-IAM5') ? [] : [id];
    }),
  );
  expect(wrong).toEqual([]);
  expect(explained).toBeGreaterThan(ALL.length);
});

test('every table, stream, queue, topic and bucket is encrypted', () => {
  expect(
    violations(({ resources }) => [
      ...failing(
        resources,
        'AWS::DynamoDB::Table',
        ({ SSESpecification: sse }) => (sse as { SSEEnabled?: boolean })?.SSEEnabled === true,
      ),
      ...failing(resources, 'AWS::Kinesis::Stream', ({ StreamEncryption }) => StreamEncryption !== undefined),
      ...failing(
        resources,
        'AWS::SQS::Queue',
        ({ SqsManagedSseEnabled, KmsMasterKeyId }) => SqsManagedSseEnabled === true || KmsMasterKeyId !== undefined,
      ),
      ...failing(resources, 'AWS::SNS::Topic', ({ KmsMasterKeyId }) => KmsMasterKeyId !== undefined),
      ...failing(resources, 'AWS::S3::Bucket', ({ BucketEncryption }) => BucketEncryption !== undefined),
    ]),
  ).toEqual([]);
});

/** Where each kind of resource has the key of the customer. */
const KEYED: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['SSESpecification', 'KMSMasterKeyId'],
  'AWS::Kinesis::Stream': ['StreamEncryption', 'KeyId'],
  'AWS::SQS::Queue': ['KmsMasterKeyId'],
  'AWS::SNS::Topic': ['KmsMasterKeyId'],
  'AWS::S3::Bucket': [
    'BucketEncryption',
    'ServerSideEncryptionConfiguration',
    '0',
    'ServerSideEncryptionByDefault',
    'KMSMasterKeyID',
  ],
  'AWS::Logs::LogGroup': ['KmsKeyId'],
  'AWS::Lambda::Function': ['KmsKeyArn'],
};

function at(properties: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], properties);
}

/** Files that are the same for everybody: no data of the pipeline lies there. */
function isOfPage(id: string): boolean {
  return id.startsWith('PipelineApiPageFilesBucket');
}

test('with a key of the customer, it is the only key of what the stack makes', () => {
  const withKey = ALL.filter(({ settings }) => settings.key !== 'aws');
  expect(withKey.length).toBeGreaterThan(5);
  for (const { settings, resources } of withKey) {
    const keys = resources.flatMap(([id, { Type, Properties }]) =>
      KEYED[Type] === undefined || isOfPage(id) ? [] : [at(Properties, KEYED[Type])],
    );
    const wanted =
      settings.key === 'customer' ? { 'Fn::GetAtt': [expect.stringMatching(/^PipelineKey/), 'Arn'] } : settings.key;
    for (const each of keys) expect(each).toEqual(wanted);
  }
});

test('every alarm publishes, to the topic that is given if one is', () => {
  let alarms = 0;
  for (const { settings, resources } of ALL) {
    const topic = settings.alarmTopic ?? { Ref: expect.stringMatching(/^PipelineMonitoringTopic/) };
    for (const [, { Type, Properties }] of resources) {
      if (Type !== 'AWS::CloudWatch::Alarm') continue;
      alarms += 1;
      expect(Properties).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    }
  }
  expect(alarms).toBeGreaterThan(200);
});

/** What AWS takes of each name. */
const NAME_LIMITS: Readonly<Record<string, number>> = {
  FunctionName: 64,
  QueueName: 80,
  AlarmName: 255,
  DashboardName: 255,
  ConsumerName: 128,
  LogStreamName: 512,
  ManagedPolicyName: 128,
  Description: 256,
  AlarmDescription: 1024,
};

test('names and descriptions fit their limits, with the longest stage and the longest names of a pipeline', () => {
  const used = new Set<string>();
  const wrong = violations(({ resources }) =>
    resources.flatMap(([id, { Properties = {} }]) =>
      Object.entries(Properties).flatMap(([name, value]) => {
        const limit = NAME_LIMITS[name];
        if (limit === undefined || typeof value !== 'string') return [];
        used.add(name);
        return value.length <= limit ? [] : [`${id}.${name} has ${value.length} of ${limit}`];
      }),
    ),
  );
  expect(wrong).toEqual([]);
  expect(used.size).toBeGreaterThan(5);
});

test('what holds data goes with its stack only for development, or if it never came up', () => {
  expect(
    violations(({ settings, resources }) =>
      resources.flatMap(([id, { Type, DeletionPolicy }]) => {
        if (!HOLDING.includes(Type) || isOfPage(id)) return [];
        return DeletionPolicy === (settings.dev === true ? 'Delete' : 'RetainExceptOnCreate')
          ? []
          : [`${id}: ${DeletionPolicy}`];
      }),
    ),
  ).toEqual([]);
});

const HOLDING = [
  'AWS::DynamoDB::Table',
  'AWS::Kinesis::Stream',
  'AWS::S3::Bucket',
  'AWS::Logs::LogGroup',
  'AWS::Cognito::UserPool',
];

/** CloudFormation's limits of a template. */
const MAX_BYTES = 1_000_000;
const MAX_OUTPUTS = 200;

test('templates are as small as CloudFormation takes them', () => {
  for (const { template } of ALL) {
    expect(JSON.stringify(template).length).toBeLessThan(MAX_BYTES);
    expect(Object.keys(template.Outputs).length).toBeLessThan(MAX_OUTPUTS);
  }
});
