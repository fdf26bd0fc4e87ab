import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { sqsMetrics } from '../metrics/sqs-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

/** The alarms of the queues: waiting work, and dead-letter queues. */
export function queueAlarms(pipeline: MonitoredPipeline, thresholds: AlarmThresholds): AlarmSpec[] {
  const { finalizeQueueAgeSeconds, finalizeDeadLetters, discardFailures } = thresholds;
  const alarms: AlarmSpec[] = [];
  if (finalizeQueueAgeSeconds !== null) {
    const metric = sqsMetrics(pipeline.finalizeQueue).oldestSeconds();
    const threshold = finalizeQueueAgeSeconds;
    alarms.push(above({ alarm: 'finalizeQueueAgeSeconds', about: null, metric, threshold, periods: 3 }));
  }
  if (finalizeDeadLetters !== null) {
    const metric = sqsMetrics(pipeline.finalizeDeadLetters).waiting();
    alarms.push(above({ alarm: 'finalizeDeadLetters', about: null, metric, threshold: finalizeDeadLetters }));
  }
  if (discardFailures !== null) {
    const metric = sqsMetrics(pipeline.discardFailures).waiting();
    alarms.push(above({ alarm: 'discardFailures', about: null, metric, threshold: discardFailures }));
  }
  return alarms;
}
