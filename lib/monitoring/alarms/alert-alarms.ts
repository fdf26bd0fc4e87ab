import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { pipelineMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

/** Whether alerts reach their receivers, and whether critical ones are on. A pipeline without alerts has none of these. */
export function alertAlarms(
  { metricsName, definition }: Pick<MonitoredPipeline, 'metricsName' | 'definition'>,
  { alertsWaitingMinutes, criticalAlertsOpen }: AlarmThresholds,
): AlarmSpec[] {
  if (!definition.views.some(({ alerts }) => alerts.length > 0)) return [];
  const alarms: AlarmSpec[] = [];
  // A sweep that does not come through says nothing, and has an alarm of its own: things are as they were.
  const common = { about: null, missing: TreatMissingData.IGNORE };
  if (alertsWaitingMinutes !== null) {
    const metric = pipelineMetric(metricsName, 'AlertsWaiting', { statistic: 'Minimum' });
    alarms.push(
      above({ ...common, alarm: 'alertsWaitingMinutes', metric, threshold: 0, periods: alertsWaitingMinutes }),
    );
  }
  if (criticalAlertsOpen !== null) {
    const metric = pipelineMetric(metricsName, 'CriticalAlertsOpen', { statistic: 'Maximum' });
    alarms.push(above({ ...common, alarm: 'criticalAlertsOpen', metric, threshold: criticalAlertsOpen }));
  }
  return alarms;
}
