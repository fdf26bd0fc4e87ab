import { Duration } from 'aws-cdk-lib';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { streamMetric } from '../metrics/own-metrics.ts';
import { streamMath, watermarkLoss } from '../metrics/stream-math.ts';
import { type AlarmSpec, above, below } from './alarm-spec.ts';

const MINUTE_MS = 60_000;
const FIVE_MINUTES = Duration.minutes(5);
/** An alarm looks back a day at most. */
const MAX_PERIODS = 1440;
/** Of a minute, how much a watermark may fall behind and still be said to move. */
const STANDSTILL_MS = 54_000;

/** The alarms of one stream. */
export function streamAlarms(
  pipeline: string,
  { name: about, maxLatenessMs, idleTimeoutMs }: StreamDefinition,
  thresholds: AlarmThresholds,
): AlarmSpec[] {
  const math = streamMath(pipeline, about);
  const sumOf = (name: Parameters<typeof streamMetric>[2], period: Duration) =>
    streamMetric(pipeline, about, name, { statistic: 'Sum', period });
  return specs(thresholds, {
    commitLatencySeconds: (seconds) =>
      above({
        alarm: 'commitLatencySeconds',
        about,
        metric: streamMetric(pipeline, about, 'CommitLatencyMs', { statistic: 'p99' }),
        threshold: seconds * 1000,
        periods: 5,
        datapointsToAlarm: 3,
      }),
    eventsPerSecondMin: (events) => {
      const metric = sumOf('BatchEvents', Duration.minutes(1));
      return below({ alarm: 'eventsPerSecondMin', about, metric, threshold: events * 60, periods: 10 });
    },
    eventsPerSecondMax: (events) => {
      const metric = sumOf('BatchEvents', Duration.minutes(1));
      return above({ alarm: 'eventsPerSecondMax', about, metric, threshold: events * 60, periods: 5 });
    },
    errorSharePercent: (threshold) =>
      above({ alarm: 'errorSharePercent', about, metric: math.errorPercent(), threshold }),
    deadLetters: (threshold) =>
      above({ alarm: 'deadLetters', about, metric: sumOf('EventsDead', FIVE_MINUTES), threshold }),
    lateSharePercent: (threshold) => above({ alarm: 'lateSharePercent', about, metric: math.latePercent(), threshold }),
    discardedEvents: (threshold) =>
      above({ alarm: 'discardedEvents', about, metric: sumOf('EventsDiscarded', FIVE_MINUTES), threshold }),
    // Attempts in an outage take long, and Lambda waits between them: not every minute has one that fails.
    failedMinutes: (periods) =>
      above({
        alarm: 'failedMinutes',
        about,
        metric: sumOf('BatchesFailed', Duration.minutes(1)),
        threshold: 0,
        periods: 2 * periods,
        datapointsToAlarm: periods,
      }),
    watermarkLagSeconds: (seconds) =>
      above({
        alarm: 'watermarkLagSeconds',
        about,
        metric: streamMetric(pipeline, about, 'WatermarkLagMs', { statistic: 'Maximum' }),
        threshold: seconds * 1000 + maxLatenessMs + idleTimeoutMs,
        periods: 3,
      }),
    watermarkStalledMinutes: (minutes) =>
      above({
        alarm: 'watermarkStalledMinutes',
        about,
        metric: watermarkLoss(pipeline, about),
        threshold: STANDSTILL_MS,
        periods: Math.min(MAX_PERIODS, minutes + Math.ceil(idleTimeoutMs / MINUTE_MS)),
      }),
    sweepMissingMinutes: (periods) =>
      below({
        alarm: 'sweepMissingMinutes',
        about,
        metric: streamMetric(pipeline, about, 'OpenShards', { statistic: 'SampleCount' }),
        threshold: 1,
        periods,
      }),
  });
}

type Makers = Partial<Record<keyof AlarmThresholds, (threshold: number) => AlarmSpec>>;

/** The alarms that have a threshold. */
function specs(thresholds: AlarmThresholds, makers: Makers): AlarmSpec[] {
  return Object.entries(makers).flatMap(([name, make]) => {
    const threshold = thresholds[name as keyof AlarmThresholds];
    return threshold === null ? [] : [make(threshold)];
  });
}
