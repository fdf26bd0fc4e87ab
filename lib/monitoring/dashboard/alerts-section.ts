import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ViewMetric } from '../../../contracts/metric-catalog.ts';
import { anomalyColumns } from '../../../engine/ir/anomaly-columns.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { pipelineMetric, viewMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { COLORS, type GraphOptions, graph, PAGE_WIDTH, type Section } from './widgets.ts';

/**
 * What is unusual? Rows that detectors marked, incidents that are on, and whether their messages arrive. Null where a
 * pipeline has neither detectors nor alerts.
 */
export function alertsSection({ metricsName, definition }: MonitoredPipeline): Section | null {
  const detecting = definition.views.filter((view) => anomalyColumns(view).length > 0);
  const alerted = definition.views.filter(({ alerts }) => alerts.length > 0);
  const panels = [
    ...(detecting.length > 0 ? [anomalies(metricsName, detecting)] : []),
    ...(alerted.length > 0 ? [incidents(metricsName, alerted), messages(metricsName, alerted)] : []),
  ];
  if (panels.length === 0) return null;
  return {
    heading:
      '## What is unusual?\nWhat the data say, not how the pipeline is: rows that detectors take for unusual, incidents of alerts, and messages that have not arrived. Which groups they are about is in the messages and in the rows.',
    rows: [panels.map(({ title, ...options }) => graph(title, { ...options, width: PAGE_WIDTH / panels.length }))],
  };
}

interface Panel extends GraphOptions {
  readonly title: string;
}

/** Marked in the colour of what is wrong, beside all rows. */
function anomalies(metricsName: string, views: readonly ViewDefinition[]): Panel {
  const marked = perView(metricsName, views, 'Anomalies', 'Sum', 'anomalies');
  return {
    title: 'Rows, and the anomalies among them',
    unit: 'rows a minute',
    rightUnit: 'anomalies a minute',
    left: perView(metricsName, views, 'RowsWritten', 'Sum', 'rows'),
    right: marked.map((metric) => metric.with({ color: COLORS.wrong })),
  };
}

function incidents(metricsName: string, views: readonly ViewDefinition[]): Panel {
  const options = { statistic: 'Maximum', label: 'critical', color: COLORS.wrong };
  return {
    title: 'Incidents that are on',
    unit: 'incidents',
    left: [
      ...perView(metricsName, views, 'AlertsOpen', 'Maximum', 'all'),
      pipelineMetric(metricsName, 'CriticalAlertsOpen', options),
    ],
  };
}

function messages(metricsName: string, views: readonly ViewDefinition[]): Panel {
  const left: IMetric[] = [
    pipelineMetric(metricsName, 'AlertsWaiting', { statistic: 'Maximum', label: 'waiting' }),
    pipelineMetric(metricsName, 'AlertFailures', { statistic: 'Sum', label: 'not taken, sent again' }),
    pipelineMetric(metricsName, 'AlertsRefused', { statistic: 'Sum', label: 'refused for good' }),
    ...perView(metricsName, views, 'AlertsDropped', 'Maximum', 'lost'),
  ];
  return { title: 'Messages of alerts', unit: 'messages', left };
}

function perView(
  metricsName: string,
  views: readonly ViewDefinition[],
  metric: ViewMetric,
  statistic: string,
  what: string,
) {
  return views.map(({ name }) => viewMetric(metricsName, name, metric, { statistic, label: `${name}: ${what}` }));
}
