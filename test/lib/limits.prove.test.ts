import { Template } from 'aws-cdk-lib/assertions';
import {
  count,
  max,
  mean,
  type Pipeline,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
} from 'streamgauge';
import { tooLargeTemplate } from '../../lib/template-limit.ts';
import { pipelineStack } from './support.ts';

/** Views by two groups with three columns each, of several streams. */
function shop(streams: number, viewsOfEach: number): Pipeline {
  const views = Array.from({ length: streams }, (_, s) => {
    const source = stream(`stream_${s}`, {
      schema: Type.Object({
        key: Type.String(),
        region: Type.String(),
        value: Type.Number(),
        time: Timestamp('iso8601'),
      }),
      eventTime: 'time',
      partitionKey: 'key',
      maxLateness: '0 ms',
    });
    return Array.from({ length: viewsOfEach }, (_, v) =>
      view(`view_${s}_${v}`, source)
        .window(tumbling('1 minute'))
        .groupBy('key', 'region')
        .aggregate((e) => ({ events: count(), average: mean(e.value), most: max(e.value) })),
    );
  });
  return pipeline('shop', views.flat() as readonly View[]);
}

const templateOf = (definition: Pipeline, settings: Parameters<typeof pipelineStack>[0] = {}) => {
  const stack = pipelineStack(settings, definition);
  return { stackName: stack.stackName, template: Template.fromStack(stack).toJSON() };
};

/** What CloudFormation, IAM and Lambda take. */
const [RESOURCES, POLICY_BYTES, ENVIRONMENT_BYTES] = [500, 10_240, 4096];

test('10 streams with 50 views can be deployed: resources, template, policies and environments stay within their limits', () => {
  const synthesized = templateOf(shop(10, 5));
  const { Resources } = synthesized.template as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const resources = Object.values(Resources);
  expect(resources.length).toBeLessThanOrEqual(RESOURCES);
  expect(tooLargeTemplate(synthesized)).toBe(null);
  for (const { Type, Properties } of resources) {
    if (Type === 'AWS::IAM::Policy')
      expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(POLICY_BYTES);
    if (Type !== 'AWS::Lambda::Function') continue;
    expect(JSON.stringify(Properties.Environment).length).toBeLessThan(ENVIRONMENT_BYTES);
  }
});

test('300 views have too many resources, unless their queries are left out', () => {
  expect(() => pipelineStack({}, shop(10, 30))).toThrow(
    /has 568 resources, and CloudFormation takes 500: 157 are for alarms and the dashboard .*, 301 are for queries of views \(catalog=false\)/,
  );
  const synthesized = templateOf(shop(10, 30), { catalog: false });
  expect(Object.keys(synthesized.template.Resources).length).toBeLessThanOrEqual(RESOURCES);
  expect(tooLargeTemplate(synthesized)).toBe(null);
});

test('a template that CloudFormation does not take is refused, with what takes the room', () => {
  const of = (Type: string, bytes: number) => ({ Type, Text: 'x'.repeat(bytes) });
  const template = {
    Resources: {
      Query: of('AWS::Athena::NamedQuery', 600_000),
      Dashboard: of('AWS::CloudWatch::Dashboard', 300_000),
      Table: of('AWS::DynamoDB::Table', 100_000),
    },
  };
  expect(tooLargeTemplate({ stackName: 'Streamgauge-shop', template })).toBe(
    "The template of stack 'Streamgauge-shop' has 1,001 KB, and CloudFormation takes 1,000 KB: 601 KB are for queries of views and tables (catalog=false), 301 KB are for the dashboard and alarms (monitoring=false). Divide the pipeline into several, or leave a part out.",
  );
  expect(
    tooLargeTemplate({ stackName: 'Streamgauge-shop', template: { Resources: { Query: template.Resources.Query } } }),
  ).toBe(null);
});
