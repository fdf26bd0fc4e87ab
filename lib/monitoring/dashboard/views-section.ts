import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { valueColumns } from '../../../contracts/value-columns.ts';
import { rowMetric, viewMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { graph, PAGE_WIDTH, type Section } from './widgets.ts';

/** The most panels of columns on a dashboard that is still readable. */
const MAX_COLUMN_PANELS = 24;
const PER_ROW = 4;

/**
 * What do the views say? Rows and revisions of each, and their state; with the setting `rowMetrics`, also the numbers
 * of views without groups. The numbers of views with groups stay in the results table: as metrics, each group would
 * cost extra.
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

/** One panel for each column: a view can have bytes and shares, which no common axis can show. */
function columnRows({ metricsName, definition, settings }: MonitoredPipeline): IWidget[][] {
  if (!settings.rowMetrics) return [];
  const panels = definition.views
    .flatMap((view) => valueColumns(view).map((column) => ({ view: view.name, column })))
    .slice(0, MAX_COLUMN_PANELS)
    .map(({ view, column }) => {
      // A window has one row here, so any statistic over its minute gives the row's number.
      const metric = rowMetric(metricsName, view, column, { statistic: 'Maximum', label: column });
      return graph(`${view}: ${column}`, { width: PAGE_WIDTH / PER_ROW, unit: 'by window', left: [metric] });
    });
  return Array.from({ length: Math.ceil(panels.length / PER_ROW) }, (_, row) =>
    panels.slice(row * PER_ROW, (row + 1) * PER_ROW),
  );
}
