import { Template } from 'aws-cdk-lib/assertions';
import { PIPELINE_METRICS, STREAM_METRICS, VIEW_METRICS } from '../../../contracts/metric-catalog.ts';
import { LIST_PRICES } from '../../../contracts/prices.ts';
import { dashboardWidgets, type MetricRow } from '../../../scripts/dashboard-picture/dashboard-body.ts';
import { context, pipelineStack } from '../support.ts';
import { emittedMetrics } from './emitted-metrics.ts';
import { alarmsOf, METRICS, twoStreams } from './support.ts';

const TEMPLATE = Template.fromStack(pipelineStack({ rowMetrics: true }, twoStreams));
const WIDGETS = dashboardWidgets(twoStreams, 'pipelines/clickstream.ts', { rowMetrics: true }, context);
const ROWS = WIDGETS.flatMap(({ properties }) => properties.metrics ?? []);

/** What a row of a widget or of an alarm names of our own: `stream EventsDead`. */
function ownName([namespace, name, ...dimensions]: MetricRow): string[] {
  if (namespace !== 'Streamgauge') return [];
  const kind = ['stream', 'view'].find((each) => dimensions.includes(each)) ?? 'pipeline';
  return [`${String(name).startsWith('row_') ? 'row' : kind} ${String(name)}`];
}

function ownNamesOfAlarms(): string[] {
  return [...alarmsOf(TEMPLATE).values()].flatMap(({ Namespace, MetricName, Dimensions = [], Metrics = [] }) => {
    // An alarm on several metrics has no dimensions of its own, and all of them are of a stream.
    const kind = Dimensions.length === 1 ? 'pipeline' : 'stream';
    return [{ Namespace, MetricName }, ...Metrics.map(({ MetricStat }) => MetricStat?.Metric)].flatMap((metric) =>
      metric?.Namespace === 'Streamgauge' ? [`${kind} ${metric.MetricName}`] : [],
    );
  });
}

test('the handlers emit every metric that the catalogue has, and no other', async () => {
  const names = [
    ...Object.keys(STREAM_METRICS).map((name) => `stream ${name}`),
    ...Object.keys(VIEW_METRICS).map((name) => `view ${name}`),
    ...Object.keys(PIPELINE_METRICS).map((name) => `pipeline ${name}`),
    'row row_clicks',
    'row row_amount',
  ];
  expect([...(await emittedMetrics())].sort()).toEqual(names.sort());
});

test('every metric of our own that the dashboard or an alarm names is one that the handlers emit', async () => {
  const emitted = await emittedMetrics();
  const [shown, watched] = [ROWS.flatMap(ownName), ownNamesOfAlarms()];
  expect(shown.length).toBeGreaterThan(30);
  expect(watched.length).toBeGreaterThan(15);
  expect([...shown, ...watched].filter((name) => !emitted.has(name))).toEqual([]);
});

test('the document lists every metric with its unit and its meaning', () => {
  const all = [STREAM_METRICS, VIEW_METRICS, PIPELINE_METRICS].flatMap((catalog) => Object.entries(catalog));
  for (const [name, { unit, meaning }] of all) {
    expect(METRICS).toContain(`| \`${name}\` | ${unit} | ${meaning} |`);
  }
});

test('what the document says of the cost of watching is what the stack holds at list prices', () => {
  const metricsOf = ({ Metrics = [{}] }) => Metrics.filter((each) => !('Expression' in each)).length;
  const alarms = [...alarmsOf(TEMPLATE)].map(([name, alarm]) => ({ name, metrics: metricsOf(alarm as object) }));
  const sum = (part: typeof alarms) => part.reduce((total, { metrics }) => total + metrics, 0);
  const ofStream = alarms.filter(({ name }) => /-clicks(-reads|-writes)?$/.test(name));
  const ofPipeline = alarms.filter(({ name }) => !/-(clicks|orders)(-reads|-writes)?$/.test(name));
  expect(METRICS).toContain(
    `| alarms of a stream | ${sum(ofStream)} metrics in ${ofStream.length} alarms, at 0.10 a metric | ${(sum(ofStream) * LIST_PRICES.cloudWatchAlarmMonth).toFixed(2)} |`,
  );
  expect(METRICS).toContain(
    `| alarms of the pipeline | ${sum(ofPipeline)} at 0.10 | ${(sum(ofPipeline) * LIST_PRICES.cloudWatchAlarmMonth).toFixed(2)} |`,
  );
  const pipelineMetrics = Object.keys(PIPELINE_METRICS).length;
  expect(METRICS).toContain(
    `| metrics of the pipeline | ${pipelineMetrics} at 0.30 | up to ${(pipelineMetrics * LIST_PRICES.cloudWatchMetricMonth).toFixed(2)} |`,
  );
  const [streamMetrics, viewMetrics] = [Object.keys(STREAM_METRICS).length, Object.keys(VIEW_METRICS).length];
  expect(METRICS).toContain(
    `| metrics of a view | ${viewMetrics} at 0.30 | up to ${(viewMetrics * LIST_PRICES.cloudWatchMetricMonth).toFixed(2)} |`,
  );
  const whole =
    (streamMetrics + 3 * viewMetrics + pipelineMetrics) * LIST_PRICES.cloudWatchMetricMonth +
    (sum(ofStream) + sum(ofPipeline)) * LIST_PRICES.cloudWatchAlarmMonth +
    LIST_PRICES.cloudWatchCompositeAlarmMonth +
    LIST_PRICES.cloudWatchDashboardMonth +
    LIST_PRICES.kmsKeyMonth;
  expect(METRICS).toContain(
    `one stream and three views, all metrics there, without state and logs: ${whole.toFixed(2)} dollars`,
  );
});
