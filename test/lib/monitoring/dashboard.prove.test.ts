import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { costSection } from '../../../lib/monitoring/dashboard/cost-section.ts';
import { latenessSection } from '../../../lib/monitoring/dashboard/lateness-section.ts';
import { dollarsPerHour } from '../../../lib/monitoring/metrics/cost-metrics.ts';
import type { MonitoredPipeline } from '../../../lib/monitoring/monitored-pipeline.ts';
import { DEFAULT_SETTINGS } from '../../../lib/settings.ts';
import { dashboardWidgets, type Widget } from '../../../scripts/dashboard-picture/dashboard-body.ts';
import { context, onePipeline, pipelineStack, wide } from '../support.ts';
import { twoStreams } from './support.ts';

const ENTRY = 'pipelines/clickstream.ts';
const WIDGETS = dashboardWidgets(twoStreams, ENTRY, {}, context);

function titled(widgets: readonly Widget[], title: string): Widget['properties'] {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (found === undefined) throw new Error(`There is no widget '${title}'.`);
  return found.properties;
}

function expressionsOf(widgets: readonly Widget[], title: string): string[] {
  const rows = titled(widgets, title).metrics ?? [];
  return rows.flatMap((row) => row.flatMap((part) => (typeof part === 'object' ? (part.expression ?? []) : [])));
}

test('it is read from top to bottom, in the order in which one asks', () => {
  const headings = WIDGETS.flatMap(({ properties: { markdown } }) => markdown?.split('\n')[0] ?? []);
  expect(headings).toEqual([
    '# Pipeline shop',
    '## How fast?',
    '## How late?',
    '## What is wrong?',
    '## What does it cost?',
    '## What do the views say?',
    '## What is unusual?',
  ]);
  const tops = WIDGETS.map(({ y }) => y);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
});

test('no two widgets lie over each other, and each row is as wide as the page', () => {
  const rows = new Map<number, Widget[]>();
  for (const widget of WIDGETS) rows.set(widget.y, [...(rows.get(widget.y) ?? []), widget]);
  for (const row of rows.values()) expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
});

test('the state of the whole stands first, beside all alarms with those first that are on', () => {
  const [, whole, all] = WIDGETS;
  expect(whole).toMatchObject({ type: 'alarm', properties: { title: 'Is it healthy?' } });
  expect(whole?.properties.alarms).toHaveLength(1);
  expect(all).toMatchObject({ type: 'alarm', properties: { sortBy: 'stateUpdatedTimestamp' } });
  expect(all?.properties.alarms?.length).toBeGreaterThan(25);
});

test('curves of several streams have their names, and that of the only one needs none', () => {
  const labels = (widgets: readonly Widget[]) =>
    titled(widgets, 'Events a second').metrics?.flatMap((row) =>
      row.flatMap((part) => (typeof part === 'object' && part.expression !== undefined ? [part.label] : [])),
    );
  expect(labels(WIDGETS)).toEqual(['clicks: delivered', 'orders: delivered']);
  expect(labels(dashboardWidgets(onePipeline, ENTRY, {}, context))).toEqual(['delivered']);
});

test('the threshold of an alarm is a line where its figure is drawn, unless it is off', () => {
  expect(titled(WIDGETS, 'From arrival to commit').annotations?.horizontal).toMatchObject([{ value: 7000 }]);
  const off = dashboardWidgets(onePipeline, ENTRY, { alarms: { commitLatencySeconds: null } }, context);
  expect(titled(off, 'From arrival to commit').annotations).toBeUndefined();
});

test('the estimate is of what each service bills, by the settings', () => {
  const onDemand = expressionsOf(WIDGETS, 'Dollars an hour');
  expect(onDemand[0]).toBe(
    'SUM([SUM([MAX([kb0, kr0 * 1024]), MAX([kb1, kr1 * 1024])]) * 0.0000000000745058, SUM([ko0, ko1]) * 0.0000000000372529]) + 0.08',
  );
  expect(onDemand[2]).toBe('SUM([SUM([dw0, dw1, dw2]) * 0.000000625, SUM([dr0, dr1, dr2]) * 0.000000125])');
  const inShards = dashboardWidgets(onePipeline, ENTRY, { shards: 4 }, context);
  // Four shards, and their retention beyond a day.
  expect(expressionsOf(inShards, 'Dollars an hour')[0]).toBe('SUM([MAX([kr0, kb0 / 25600])]) * 0.000000014 + 0.14');
  // A day of it is in the price of a shard.
  const forADay = dashboardWidgets(onePipeline, ENTRY, { shards: 4, retentionDays: 1 }, context);
  expect(expressionsOf(forADay, 'Dollars an hour')[0]).toBe('SUM([MAX([kr0, kb0 / 25600])]) * 0.000000014 + 0.06');
});

/** What CloudWatch takes of one expression. */
const MAX_EXPRESSION = 2048;

test.each([{}, { shards: 4 }])(
  'with 20 streams and %j, every expression is short enough for CloudWatch',
  (settings) => {
    const widgets = dashboardWidgets(wide(20), ENTRY, { ...settings, ingest: true }, context);
    const expressions = widgets.flatMap(({ properties: { metrics = [] } }) =>
      metrics.flatMap((row) => row.flatMap((part) => (typeof part === 'object' ? (part.expression ?? []) : []))),
    );
    expect(expressions.length).toBeGreaterThan(20);
    expect(Math.max(...expressions.map(({ length }) => length))).toBeLessThanOrEqual(MAX_EXPRESSION);
    expect(expressionsOf(widgets, 'Dollars for a million events')[0]).toMatch(
      /^1000000 \* SUM\(\[cost0, cost1, cost2, cost3, cost4\]\) \/ SUM\(\[e0, .*e19\]\)$/,
    );
  },
);

test('numbers of rows are panels only where they are asked for, and never of a view with groups', () => {
  const panels = (widgets: readonly Widget[]) =>
    widgets.flatMap(({ properties: { title = '' } }) => (/^(totals|by_item): /.test(title) ? [title] : []));
  expect(panels(WIDGETS)).toEqual([]);
  expect(panels(dashboardWidgets(twoStreams, ENTRY, { rowMetrics: true }, context))).toEqual([
    'totals: clicks',
    'totals: amount',
  ]);
});

test('Firehose streams, where a pipeline has some, are in the estimate and among the bytes', () => {
  const { pipeline } = pipelineStack({}, onePipeline);
  const { finalizeQueue, stateTable, resultsTable, aggregate, finalize, sweep, discard } = pipeline;
  const monitored: MonitoredPipeline = {
    metricsName: 'shop',
    definition: pipelineDefinition(onePipeline, ENTRY),
    settings: DEFAULT_SETTINGS,
    encryptionKey: null,
    streams: pipeline.streams,
    stateTable: stateTable.table,
    resultsTable: resultsTable.table,
    finalizeQueue: finalizeQueue.queue,
    finalizeDeadLetters: finalizeQueue.deadLetterQueue,
    lookQueue: null,
    discardFailures: discard.failures,
    functions: { aggregate, finalize, sweep, discard },
    deliveryStreams: new Map([['bronze', 'shop-bronze']]),
  };
  const firehose = dollarsPerHour(monitored).at(-1);
  expect(firehose).toMatchObject({
    expression: 'SUM([MAX([fb0, fr0 * 5120])]) * 0.0000000000270084',
    label: 'Firehose',
  });
  expect(costSection(monitored).heading).toContain('Firehose bills each record as 5 KB at least');
  const widgets = [...costSection(monitored).rows, ...latenessSection(monitored).rows].flat();
  const text = JSON.stringify(widgets.map((widget) => widget.toJson()));
  expect(text).toContain('DeliveryToS3.DataFreshness');
  expect(text).toContain('Firehose bronze');
});
