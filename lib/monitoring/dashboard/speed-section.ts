import { alarmThresholds } from '../alarm-thresholds.ts';
import { streamMetric } from '../metrics/own-metrics.ts';
import { streamMath } from '../metrics/stream-math.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { COLORS, graph, labelled, perStream, type Section } from './widgets.ts';

/** How fast is it? Throughput, the latency of an event, and the parts of a batch. */
export function speedSection({ metricsName, streams, settings }: MonitoredPipeline): Section {
  const names = [...streams.keys()];
  const { commitLatencySeconds, eventsPerSecondMax } = alarmThresholds(settings);
  const latency = (statistic: string, name: string, color?: string) =>
    streamMetric(metricsName, name, 'CommitLatencyMs', {
      statistic,
      label: labelled(names, name, statistic),
      ...(names.length === 1 && color !== undefined ? { color } : {}),
    });
  const ofBatch = (metric: 'BatchMs' | 'CommitMs', what: string) => (name: string) => [
    streamMetric(metricsName, name, metric, { statistic: 'p99', label: labelled(names, name, what) }),
  ];
  return {
    heading: `## How fast?\nLatency is from an event's arrival in the stream to its commit. An event may wait ${settings.batchingWindowSeconds} s for its batch to fill, and a second for the poll.`,
    rows: [
      [
        graph('Events a second', {
          unit: 'events/s',
          alarmAt: eventsPerSecondMax,
          left: perStream(streams, (name, id) => [
            streamMath(metricsName, name, id).eventsPerSecond({ label: labelled(names, name, 'delivered') }),
          ]),
        }),
        graph('From arrival to commit', {
          unit: 'ms',
          alarmAt: commitLatencySeconds === null ? null : commitLatencySeconds * 1000,
          left: perStream(streams, (name) => [latency('p50', name, COLORS.well), latency('p99', name, COLORS.slow)]),
        }),
        graph('A batch: its time, and its events', {
          unit: 'ms, p99',
          left: [
            ...perStream(streams, ofBatch('BatchMs', 'whole batch')),
            ...perStream(streams, ofBatch('CommitMs', 'its commits')),
          ],
          rightUnit: 'events, mean',
          right: perStream(streams, (name) => [
            streamMetric(metricsName, name, 'BatchEvents', {
              statistic: 'Average',
              label: labelled(names, name, 'events'),
            }),
          ]),
        }),
      ],
    ],
  };
}
