import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import cloudMetrics from '../../pipelines/cloud-metrics.ts';
import { exampleLines, runExample } from './run-example.ts';

interface Reading {
  readonly metric: string;
  readonly value: number;
  readonly at: string;
}

const METRIC = 'ec2_cpu_utilization_fe7f93';
const lines = exampleLines('cloud-metrics/metrics.jsonl.gz');
const readings = lines.map((line) => JSON.parse(line) as Reading);
const labels = JSON.parse(readFileSync(join(__dirname, '../../examples/cloud-metrics/labels.json'), 'utf8')) as Record<
  string,
  [string, string][]
>;

test('the example has 17 metrics in the order of time, each with its labels', () => {
  expect(lines).toHaveLength(67_740);
  expect(new Set(readings.map(({ metric }) => metric))).toEqual(new Set(Object.keys(labels)));
  const times = readings.map(({ at }) => Date.parse(at));
  expect(times.every((time, i) => time >= (times[i - 1] ?? 0))).toBe(true);
});

test('a metric has a row in five minutes, anomalies with their reasons, and a count of them a day', async () => {
  const ofMetric = lines.filter((_, i) => readings[i]?.metric === METRIC).slice(0, 1000);
  const rows = await runExample(cloudMetrics, ofMetric);
  const metrics = rows('metrics_5min');
  expect(metrics).toHaveLength(new Set(ofMetric.map((line) => floor5((JSON.parse(line) as Reading).at))).size);
  const anomalies = metrics.filter(({ unusual }) => (unusual as { is_anomaly: boolean }).is_anomaly);
  expect(anomalies.every(({ unusual }) => typeof (unusual as { reason: unknown }).reason === 'string')).toBe(true);
  const isLabelled = (at: unknown) =>
    (labels[METRIC] ?? []).some(([from, to]) => from <= String(at).replace('.000', '') && String(at) <= to);
  expect(anomalies.some(({ window_start }) => isLabelled(window_start))).toBe(true);
  const daily = rows('anomalies_1d');
  expect(daily.reduce((sum, { anomalies: n }) => sum + (n as number), 0)).toBe(anomalies.length);
});

const floor5 = (at: string) => Math.floor(Date.parse(at) / 300_000);
