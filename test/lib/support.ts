import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { count, type Pipeline, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { PipelineStack } from '../../lib/pipeline-stack.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import './quick-synthesis.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const clicksByPage = view('clicks_by_page', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }));

export const onePipeline = pipeline('web_shop', [clicksByPage]);

/** A pipeline of streams `s_0`, `s_1` and so on, with a view of each. */
export function wide(streams: number): Pipeline {
  const views = Array.from({ length: streams }, (_, index) => {
    const source = stream(`s_${index}`, {
      schema: Type.Object({ key: Type.String(), time: Timestamp('iso8601') }),
      eventTime: 'time',
      partitionKey: 'key',
      maxLateness: '0 ms',
    });
    return view(`v_${index}`, source)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ events: count() }));
  });
  return pipeline('wide', views);
}

export const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

/** What CDK keeps beside templates takes a fifth of the time, most of it for the stack of each construct's creation. */
const NOTHING_BUT_TEMPLATES = {
  'aws:cdk:bundling-stacks': [],
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-logicalId-metadata': true,
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
};

/** An app with the features of the CDK that cdk.json turns on, in which nothing is made but templates. */
export function quickApp(): App {
  return new App({
    context: { ...context, ...NOTHING_BUT_TEMPLATES },
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
  });
}

/** The stack of a small pipeline. */
export function pipelineStack(settings: Partial<PipelineSettings> = {}, definition: Pipeline = onePipeline) {
  return new PipelineStack(quickApp(), { definition, entry: 'pipelines/clickstream.ts', settings });
}

/** The template of that stack; the same object for the same settings of the same pipeline, so leave it as it is. */
export function templateOf(settings: Partial<PipelineSettings> = {}, definition: Pipeline = onePipeline): Template {
  const known = templates.get(definition) ?? new Map<string, Template>();
  templates.set(definition, known);
  const name = JSON.stringify(settings);
  const template = known.get(name) ?? Template.fromStack(pipelineStack(settings, definition));
  known.set(name, template);
  return template;
}

const templates = new WeakMap<object, Map<string, Template>>();

/** The statements of a function's role, each as its actions and its resources, written shortly. */
export function statementsOf(template: Template, owner: string): string[] {
  const ofOwner = (type: string) =>
    Object.entries(template.findResources(type)).flatMap(([id, { Properties }]) =>
      id.startsWith(`Pipeline${owner}Role`) ? [Properties] : [],
    );
  const inside = ofOwner('AWS::IAM::Role').flatMap(({ Policies = [] }) => Policies);
  const statements = [...inside, ...ofOwner('AWS::IAM::Policy')].flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement as { Action: unknown; Resource: unknown }[],
  );
  return statements.map(({ Action, Resource }) => `${[Action].flat().join(' ')} on ${shortened(Resource)}`);
}

/** `{"Fn::GetAtt": ["PipelineStateTable9EB92DA2", "Arn"]}` is `StateTable`, and so is a reference to it. */
function shortened(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  if (Array.isArray(resource)) return resource.map(shortened).sort().join(', ');
  const {
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    Ref: reference,
  } = resource as { 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  const id = attribute?.[0] ?? reference;
  if (id !== undefined) return id.replace(/^Pipeline(.*)[0-9A-F]{8}$/, '$1');
  if (join !== undefined) return join[1].map(shortened).join('');
  return JSON.stringify(resource);
}
