import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { pipelineMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

/** A window that has just closed counts in full until its rows are written, and of a day it is a day: it may take a while. */
const LAG_MINUTES = 10;

const QUARTER_SECONDS = 900;
/** A finalizer that is stuck takes all the time of a call, each time. So many calls have to fit into what is looked at. */
const CALLS = 4;

/** Whether windows become final: the alarms of all views together. The dashboard and the log tell which view it is. */
export function finalizeAlarms(
  { metricsName, settings }: MonitoredPipeline,
  { finalizeLagSeconds, finalizeStalls }: AlarmThresholds,
): AlarmSpec[] {
  const alarms: AlarmSpec[] = [];
  const about = null;
  if (finalizeLagSeconds !== null) {
    const metric = pipelineMetric(metricsName, 'FinalizeLagMs', { statistic: 'Maximum' });
    const threshold = finalizeLagSeconds * 1000;
    // A sweep that does not come through says nothing, and has an alarm of its own: the lag is what it was.
    const missing = TreatMissingData.IGNORE;
    alarms.push(above({ alarm: 'finalizeLagSeconds', about, metric, threshold, periods: LAG_MINUTES, missing }));
  }
  if (finalizeStalls !== null) {
    const seconds = Math.max(QUARTER_SECONDS, CALLS * settings.finalizeTimeoutSeconds);
    const period = Duration.minutes(Math.ceil(seconds / 60));
    const metric = pipelineMetric(metricsName, 'FinalizeStalls', { statistic: 'Sum', period });
    alarms.push(above({ alarm: 'finalizeStalls', about, metric, threshold: finalizeStalls }));
  }
  return alarms;
}
