import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmThresholds } from '../alarm-thresholds.ts';
import { firehoseMetrics } from '../metrics/firehose-metrics.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import { streamMetric, viewMetric } from '../metrics/own-metrics.ts';
import { sqsMetrics } from '../metrics/sqs-metrics.ts';
import { streamMath } from '../metrics/stream-math.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { graph, labelled, perStream, type Section } from './widgets.ts';

/** How late is it? Time that events wait before they are read, and time that windows stay open after their end. */
export function latenessSection(pipeline: MonitoredPipeline): Section {
  const { metricsName, streams, settings, functions, definition } = pipeline;
  const names = [...streams.keys()];
  const { iteratorAgeSeconds, lateSharePercent, finalizeLagSeconds } = alarmThresholds(settings);
  return {
    heading:
      '## How late?\nA window is final when the watermark reaches its end. The watermark trails the latest event by `maxLateness`; what it lags beyond that is a producer, a shard or a poller that is behind. Of a replay of old events the lag is years, and that is right.',
    rows: [
      [
        graph('Watermark behind the clock', {
          unit: 'ms',
          left: perStream(streams, (name) => [
            streamMetric(metricsName, name, 'WatermarkLagMs', {
              statistic: 'Maximum',
              label: labelled(names, name, 'lag'),
            }),
          ]),
        }),
        graph('Records that wait: iterator age', {
          unit: 'ms',
          alarmAt: iteratorAgeSeconds === null ? null : iteratorAgeSeconds * 1000,
          left: [lambdaMetrics(functions.aggregate).iteratorAgeMs({ label: 'oldest' })],
        }),
        graph('Late events of a hundred', {
          unit: '%',
          alarmAt: lateSharePercent,
          left: perStream(streams, (name, id) => [
            streamMath(metricsName, name, id).latePercent({ label: labelled(names, name, 'late') }),
          ]),
        }),
      ],
      [
        graph("From a window's end to its rows", {
          unit: 'ms',
          left: definition.views.map(({ name }) =>
            viewMetric(metricsName, name, 'RowLatencyMs', { statistic: 'Maximum', label: name }),
          ),
        }),
        graph('Windows that are due and not final: event time', {
          unit: 'ms',
          alarmAt: finalizeLagSeconds === null ? null : finalizeLagSeconds * 1000,
          left: definition.views.map(({ name }) =>
            viewMetric(metricsName, name, 'FinalizeLagMs', { statistic: 'Maximum', label: name }),
          ),
        }),
        graph('Wake-ups of finalizers that wait', {
          unit: 'seconds',
          left: [sqsMetrics(pipeline.finalizeQueue).oldestSeconds({ label: 'oldest' })],
          rightUnit: 'messages',
          right: [sqsMetrics(pipeline.finalizeQueue).waiting({ label: 'waiting' })],
        }),
      ],
      ...deliveryRow(pipeline),
    ],
  };
}

function deliveryRow({ deliveryStreams = new Map<string, string>() }: MonitoredPipeline): IWidget[][] {
  if (deliveryStreams.size === 0) return [];
  const oldest = [...deliveryStreams].map(([label, name]) => firehoseMetrics(name).oldestSeconds({ label }));
  const behind = [...deliveryStreams].map(([label, name]) => firehoseMetrics(name).behindMs({ label }));
  return [
    [
      graph('Age of what Firehose has not written yet', { width: 12, unit: 'seconds', left: oldest }),
      graph('Firehose behind the stream that it reads', { width: 12, unit: 'ms', left: behind }),
    ],
  ];
}
