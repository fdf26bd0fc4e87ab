import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Pipeline } from 'streamgauge';
import type { PipelineSettings } from '../../lib/settings.ts';
import { SettingsError } from '../../lib/settings-error.ts';
import { StreamgaugePipeline } from '../../lib/streamgauge-pipeline.ts';
import { onePipeline, pipelineStack, templateOf, wide } from './support.ts';

const PRODUCERS = { clicks: ['arn:aws:iam::123456789012:role/web'] };

test('the stack is named after the pipeline', () => {
  expect(pipelineStack().stackName).toBe('Streamgauge-web-shop');
});

test('the outputs tell the names of streams, tables, queue, buckets, database and workgroup', () => {
  expect(Object.keys(templateOf().findOutputs('*'))).toEqual([
    'ClicksStreamName',
    'ClicksProducerPolicyArn',
    'StateTableName',
    'PagesBucketName',
    'ResultsTableName',
    'FinalizeQueueUrl',
    'BucketName',
    'BronzeBucketName',
    'LakeDatabaseName',
    'LakeWorkGroupName',
    'DashboardUrl',
    'AlarmTopicArn',
  ]);
});

test('with an ingest endpoint, an output tells its address', () => {
  templateOf({ ingest: true }).hasOutput('IngestUrl', {
    Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PipelineIngestApi'), 'ApiEndpoint'] },
  });
});

test('each stream of a pipeline has its Kinesis stream, its event source mapping and its permissions', () => {
  const template = templateOf({}, wide(3));
  template.resourceCountIs('AWS::Kinesis::Stream', 3);
  template.resourcePropertiesCountIs('AWS::Lambda::EventSourceMapping', { StartingPosition: 'TRIM_HORIZON' }, 3);
  template.hasOutput('S2StreamName', {});
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: Match.stringLikeRegexp('-aggregate$'),
    Environment: {
      Variables: {
        STREAMGAUGE_STREAMS: {
          'Fn::Join': [
            '',
            ['{"s_0":"', Match.anyValue(), '","s_1":"', Match.anyValue(), '","s_2":"', Match.anyValue(), '"}'],
          ],
        },
      },
    },
  });
});

test('a pipeline of more streams than a function can be told of is refused', () => {
  expect(() => pipelineStack({}, wide(21))).toThrow(
    "Pipeline 'wide' has 21 streams, and at most 20 can be deployed together. Divide it into several pipelines.",
  );
});

test('as many streams as a pipeline may have fit into a stack, with all parts that there are by default', () => {
  expect(Object.keys(templateOf({ ingest: true }, wide(20)).toJSON().Resources).length).toBeLessThanOrEqual(500);
});

test('more resources than CloudFormation takes are refused, with what they are for and how to have fewer', () => {
  const names = Array.from({ length: 20 }, (_, index) => `s_${index}`);
  const settings = { ingest: true, producers: Object.fromEntries(names.map((name) => [name, PRODUCERS.clicks])) };
  expect(() => pipelineStack(settings, wide(20))).toThrow(SettingsError);
  expect(() => pipelineStack(settings, wide(20))).toThrow(
    /^Stack 'Streamgauge-wide' has 5\d\d resources, and CloudFormation takes 500: \d+ are for alarms and the dashboard \(monitoring=false, or nulls in alarms\), 21 are for queries of views \(catalog=false\), \d+ are for the lake \(lake=false\)\./,
  );
  expect(() => pipelineStack({ ...settings, catalog: false }, wide(20))).not.toThrow();
});

test('in a stack of its own, a pipeline counts what else is there', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Shop');
  new StreamgaugePipeline(stack, 'Clicks', { definition: onePipeline, entry: 'pipelines/clickstream.ts' });
  for (let at = 0; at < 450; at++)
    new CfnResource(stack, `Other${at}`, { type: 'AWS::CloudFormation::WaitConditionHandle' });
  expect(() => Template.fromStack(stack)).toThrow(/Stack 'Shop' has 5\d\d resources, and CloudFormation takes 500:/);
});

test('what is no pipeline is refused with the name of the file', () => {
  expect(() => pipelineStack({}, { kind: 'other' } as unknown as Pipeline)).toThrow(
    'pipelines/clickstream.ts has no pipeline as its default export.',
  );
});

test.each<[string, Partial<PipelineSettings>]>([
  ['as set', {}],
  ['with a key of the customer and shards', { key: 'customer', shards: 2 }],
  ['for development', { dev: true }],
  ['for low latency', { preset: 'lowLatency' }],
  ['for low cost', { preset: 'lowCost' }],
  ['with an ingest endpoint', { ingest: true }],
  ['with producers and an ingest endpoint for development', { ingest: true, producers: PRODUCERS, dev: true }],
  [
    'with all of it',
    { key: 'customer', shards: 2, reservedConcurrency: 2, ingest: true, fanOut: true, producers: PRODUCERS },
  ],
  ['without a catalog', { catalog: false }],
  ['with traces, metrics of rows and an address for alarms', { tracing: true, rowMetrics: true, alarmEmail: 'a@b.c' }],
  ['without monitoring', { monitoring: false }],
])('cdk-nag finds nothing in the stack %s', (_case, settings) => {
  const stack = pipelineStack(settings);
  Aspects.of(stack).add(new AwsSolutionsChecks({ verbose: true }));
  const annotations = Annotations.fromStack(stack);
  const found = [
    ...annotations.findError('*', Match.stringLikeRegexp('.*')),
    ...annotations.findWarning('*', Match.stringLikeRegexp('.*')),
  ];
  expect(found.map(({ id, entry }) => `${id}: ${entry.data}`)).toEqual([]);
});

test('cdk-nag finds what is wrong when something is', () => {
  const stack = pipelineStack();
  stack.pipeline.sweep.allow(['s3:*'], ['*']);
  Aspects.of(stack).add(new AwsSolutionsChecks());
  expect(() => Annotations.fromStack(stack)).toThrow('AwsSolutions-IAM5[Action::s3:*]');
});

test('the whole template is as it was', () => {
  expect(withoutHashes(Template.fromStack(pipelineStack({}, onePipeline)).toJSON())).toMatchSnapshot();
});

/** Code changes the hashes of assets and versions; what else changes should be looked at. */
function withoutHashes(template: unknown): unknown {
  const text = JSON.stringify(template)
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH');
  return JSON.parse(text);
}
