import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  type IWidget,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { dollarsPerMillionEvents } from '../metrics/cost-metrics.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import { streamMetric } from '../metrics/own-metrics.ts';
import { streamMath } from '../metrics/stream-math.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import type { PipelineAlarms } from '../pipeline-alarms.ts';
import { labelled, PAGE_WIDTH, perStream, type Section } from './widgets.ts';

/** The most alarms in one widget. */
const MAX_ALARMS = 100;
const TILE_HEIGHT = 3;

/** Is it healthy? The alarms, active ones first, and the five numbers that everybody asks for. */
export function healthSection(pipeline: MonitoredPipeline, alarms: PipelineAlarms): Section {
  return {
    heading: [
      `# Pipeline ${pipeline.definition.name}`,
      'Read it from top to bottom: is it healthy, how fast, how late, what is wrong, what does it cost, what does it say. What each alarm means and what to do about it is in docs/operate.md.',
    ].join('\n'),
    rows: [alarmRow(alarms), [numbers(pipeline)]],
  };
}

function alarmRow({ alarms, unhealthy }: PipelineAlarms): IWidget[] {
  const all = [...alarms.values()];
  if (all.length === 0) return [];
  const height = 2 + Math.ceil(Math.min(all.length, MAX_ALARMS) / 6);
  const whole =
    unhealthy === null
      ? []
      : [new AlarmStatusWidget({ title: 'Is it healthy?', alarms: [unhealthy], width: 6, height })];
  return [
    ...whole,
    new AlarmStatusWidget({
      title: 'Alarms: those that are on come first',
      alarms: all.slice(0, MAX_ALARMS),
      sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      width: unhealthy === null ? PAGE_WIDTH : 18,
      height,
    }),
  ];
}

function numbers(pipeline: MonitoredPipeline): IWidget {
  const { metricsName, streams, functions } = pipeline;
  const names = [...streams.keys()];
  const ofStreams = perStream(streams, (name, id) => {
    const label = (what: string) => labelled(names, name, what);
    return [
      streamMath(metricsName, name, id).eventsPerSecond({ label: label('events a second') }),
      streamMetric(metricsName, name, 'CommitLatencyMs', { statistic: 'p99', label: label('latency p99, ms') }),
      streamMetric(metricsName, name, 'WatermarkLagMs', { statistic: 'Maximum', label: label('watermark lag, ms') }),
      streamMetric(metricsName, name, 'EventsDead', {
        statistic: 'Sum',
        period: Duration.hours(1),
        label: label('dead letters this hour'),
      }),
    ];
  });
  return new SingleValueWidget({
    title: 'Now',
    metrics: [
      ...ofStreams,
      lambdaMetrics(functions.aggregate).iteratorAgeMs({ label: 'iterator age, ms' }),
      dollarsPerMillionEvents(pipeline),
    ],
    width: PAGE_WIDTH,
    height: TILE_HEIGHT,
  });
}
