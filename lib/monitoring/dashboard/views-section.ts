import { Duration } from 'aws-cdk-lib';
import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ViewDefinition } from '../../../engine/definition/view-definition.ts';
import { valueColumns } from '../../../lambdas/shared/value-columns.ts';
import { rowMetric, viewMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { graph, type Section } from './widgets.ts';

/** Panels of columns: enough for a dashboard that one can still read. */
const MAX_COLUMN_PANELS = 12;
const PER_ROW = 3;

/**
 * What do the views say? Rows and revisions of each, and what they keep; and by the setting `rowMetrics` the numbers of
 * views without groups. The numbers of a view with groups are in the results table: as metrics, each of its groups would
 * be one to pay for.
 */
export function viewsSection(pipeline: MonitoredPipeline): Section {
  const { metricsName, definition } = pipeline;
  const perView = (metric: Parameters<typeof viewMetric>[2], statistic: string) =>
    definition.views.map(({ name }) => viewMetric(metricsName, name, metric, { statistic, label: name }));
  return {
    heading:
      '## What do the views say?\nRevisions are rows that late events changed after they were final. Windows and state are looked at every quarter of an hour; state that only grows is allowed lateness or sessions that never end.',
    rows: [
      [
        graph('Rows written', { width: 6, unit: 'a minute', left: perView('RowsWritten', 'Sum') }),
        graph('Rows revised', { width: 6, unit: 'a minute', left: perView('RowsRevised', 'Sum') }),
        graph('Open windows', { width: 6, unit: 'windows', left: perView('OpenWindows', 'Maximum') }),
        graph('State', { width: 6, unit: 'bytes', stacked: true, left: perView('StateBytes', 'Maximum') }),
      ],
      ...columnRows(pipeline),
    ],
  };
}

function columnRows({ metricsName, definition, settings }: MonitoredPipeline): IWidget[][] {
  if (!settings.rowMetrics) return [];
  const panels = definition.views
    .filter((view) => valueColumns(view).length > 0)
    .slice(0, MAX_COLUMN_PANELS)
    .map((view) => columnPanel(metricsName, view));
  return Array.from({ length: Math.ceil(panels.length / PER_ROW) }, (_, row) =>
    panels.slice(row * PER_ROW, (row + 1) * PER_ROW),
  );
}

function columnPanel(pipeline: string, view: ViewDefinition): IWidget {
  const metrics = valueColumns(view).map((column) =>
    // Two buckets or two revisions of one window do not add up: the latest value is the row's.
    rowMetric(pipeline, view.name, column, { statistic: 'Maximum', period: Duration.minutes(1), label: column }),
  );
  return graph(`View ${view.name}: its final rows`, { unit: 'of a window', left: metrics });
}
