import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

/** The alarms of the functions. */
export function functionAlarms(
  { functions }: MonitoredPipeline,
  { functionErrors, iteratorAgeSeconds }: AlarmThresholds,
): AlarmSpec[] {
  const alarms: AlarmSpec[] = [];
  if (iteratorAgeSeconds !== null) {
    const metric = lambdaMetrics(functions.aggregate).iteratorAgeMs();
    const threshold = iteratorAgeSeconds * 1000;
    // No data while no batch succeeds: the age stays as bad as it was.
    const missing = TreatMissingData.IGNORE;
    alarms.push(above({ alarm: 'iteratorAgeSeconds', about: null, metric, threshold, periods: 3, missing }));
  }
  if (functionErrors === null) return alarms;
  const period = Duration.minutes(5);
  for (const [about, fn] of Object.entries(functions)) {
    const metric = lambdaMetrics(fn).errors({ period });
    alarms.push(above({ alarm: 'functionErrors', about, metric, threshold: functionErrors }));
  }
  return alarms;
}
