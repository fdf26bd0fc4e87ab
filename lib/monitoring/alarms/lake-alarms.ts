import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { firehoseMetrics } from '../metrics/firehose-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

/** The alarms of the lake: one for what Firehose carries of each stream. */
export function lakeAlarms(
  { deliveryStreams = new Map() }: MonitoredPipeline,
  { bronzeAgeSeconds: threshold }: AlarmThresholds,
): AlarmSpec[] {
  if (threshold === null) return [];
  return [...deliveryStreams].map(([about, name]) => {
    const metric = firehoseMetrics(name).oldestSeconds();
    return above({ alarm: 'bronzeAgeSeconds', about, metric, threshold, periods: 3 });
  });
}
