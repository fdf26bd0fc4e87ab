import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

/** Two streams, of which one drops duplicates and allows lateness, and a view without groups. */
const clicks = stream('clicks', {
  schema: Type.Object({ id: Type.String(), page: Type.String(), amount: Type.Number(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  eventId: 'id',
  partitionKey: 'page',
  maxLateness: '1 minute',
  idleTimeout: '2 minutes',
  dedupe: { within: '1 hour' },
});
const orders = stream('orders', {
  schema: Type.Object({ item: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time',
  partitionKey: 'item',
  maxLateness: '0 ms',
});
const totals = view('totals', clicks)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .aggregate((e) => ({ clicks: count(), amount: sum(e.amount) }));
const byItem = view('by_item', orders)
  .window(tumbling('1 minute'))
  .groupBy('item')
  .aggregate(() => ({ orders: count() }));

export const twoStreams = pipeline('shop', [totals, byItem]);

export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly ExtendedStatistic?: string;
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: { readonly Namespace: string; readonly MetricName: string } };
  }[];
}

/** The alarms of a stack by the part of their names that is not the deployment's. */
export function alarmsOf(template: Template): ReadonlyMap<string, AlarmProperties> {
  const resources = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const properties = resources.map((resource) => resource.Properties as AlarmProperties);
  return new Map(properties.map((alarm) => [shortName(alarm.AlarmName), alarm]));
}

export function shortName(alarmName: string): string {
  return alarmName.replace(/^.*-Pipeline-[0-9A-F]{8}-/, '');
}

export const OPERATE = readFileSync('docs/operate.md', 'utf8');
export const METRICS = readFileSync('docs/metrics.md', 'utf8');

/** Headings of a document. */
export function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
}
