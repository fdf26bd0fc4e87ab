import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Pipeline } from '../../engine/dsl/pipeline.ts';
import { PipelineStack } from '../../lib/pipeline-stack.ts';
import type { PipelineSettings } from '../../lib/settings.ts';

/** A widget as CloudWatch's definition of a dashboard has it: a place on a grid of 24 columns, and what it shows. */
export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: WidgetProperties;
}

export interface WidgetProperties {
  readonly title?: string;
  readonly markdown?: string;
  /** Of a widget of metrics; `singleValue` shows numbers. */
  readonly view?: string;
  readonly stacked?: boolean;
  readonly metrics?: readonly MetricRow[];
  readonly alarms?: readonly string[];
  readonly yAxis?: Readonly<Record<'left' | 'right', { readonly label?: string } | undefined>>;
  readonly annotations?: { readonly horizontal?: readonly { readonly label?: string; readonly value: number }[] };
}

/** Namespace, name and dimensions as text, then options; or an expression as options alone. */
export type MetricRow = readonly (string | MetricRowOptions)[];

export interface MetricRowOptions {
  readonly label?: string;
  readonly expression?: string;
  readonly visible?: boolean;
  readonly yAxis?: string;
  readonly stat?: string;
  readonly color?: string;
}

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The widgets of a pipeline's dashboard, as a synthesized stack defines them. */
export function dashboardWidgets(
  definition: Pipeline,
  entry: string,
  settings: Partial<PipelineSettings>,
  context: Readonly<Record<string, unknown>>,
): readonly Widget[] {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
  });
  const template = Template.fromStack(new PipelineStack(app, { definition, entry, settings }));
  const resources = template.toJSON().Resources as Readonly<Record<string, Resource>>;
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard')) as Resource[];
  if (dashboard === undefined) throw new Error('The stack has no dashboard: the setting monitoring turns it off.');
  return (JSON.parse(textOf(dashboard.Properties.DashboardBody, resources)) as { widgets: Widget[] }).widgets;
}

/** What a template leaves to CloudFormation, as it could come out. */
function textOf(value: unknown, resources: Readonly<Record<string, Resource>>): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref: ref } = value as Record<string, unknown>;
  if (join !== undefined) {
    const [separator, parts] = join as [string, unknown[]];
    return parts.map((part) => textOf(part, resources)).join(separator);
  }
  if (attribute !== undefined) {
    const [id] = attribute as [string, string];
    const { AlarmName = id } = resources[id]?.Properties ?? {};
    return `arn:aws:cloudwatch:region:account:alarm:${AlarmName}`;
  }
  return String(ref);
}
