import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { anomalyKind } from '../../engine/row-operators/anomaly.ts';
import type { Anomaly } from '../../engine/row-operators/detection.ts';

export type Span = readonly [fromMs: number, toMs: number];

export interface Row {
  readonly atMs: number;
  readonly value: number;
  readonly isAnomaly: boolean;
}

/** A metric of the example, as its pipeline sees it: by windows of five minutes, with the detector's default settings. */
export interface Watched {
  readonly metric: string;
  readonly rows: readonly Row[];
  /** Where people found an anomaly. */
  readonly labels: readonly Span[];
}

const WINDOW_MS = 300_000;
const USUAL = { sensitivity: 0.5, memory: 8, warmUp: 50 } as const;

export function watchCloudMetrics(root: string): Watched[] {
  const folder = join(root, 'examples/cloud-metrics');
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Record<string, [string, string][]>;
  const text = gunzipSync(readFileSync(join(folder, 'metrics.jsonl.gz'))).toString('utf8');
  const readings = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { metric: string; value: number; at: string });
  return Object.entries(labels).map(([metric, spans]) => ({
    metric,
    rows: judged(readings.filter((reading) => reading.metric === metric)),
    labels: spans.map(([from, to]) => [Date.parse(from), Date.parse(to)]),
  }));
}

function judged(readings: readonly { readonly value: number; readonly at: string }[]): Row[] {
  const windows = Map.groupBy(readings, ({ at }) => Math.floor(Date.parse(at) / WINDOW_MS) * WINDOW_MS);
  const operator = anomalyKind.compile(USUAL, [], WINDOW_MS);
  const state = operator.create();
  let nextMs: number | null = null;
  return [...windows].map(([startMs, each]) => {
    const value = each.reduce((sum, reading) => sum + reading.value, 0) / each.length;
    if (nextMs !== null && startMs > nextMs) operator.skip(state, (startMs - nextMs) / WINDOW_MS);
    nextMs = startMs + WINDOW_MS;
    const { is_anomaly } = operator.step(state, [value], { startMs, endMs: nextMs }) as unknown as Anomaly;
    return { atMs: startMs, value, isAnomaly: is_anomaly };
  });
}

export interface Tally {
  readonly found: number;
  readonly missed: number;
  /** Alarms outside of all labels; of several within an hour the first. */
  readonly falseAlarms: number;
}

const HOUR_MS = 3_600_000;

export function tallyOf({ rows, labels }: Watched): Tally {
  const alarms = rows.filter(({ isAnomaly }) => isAnomaly).map(({ atMs }) => atMs);
  const found = labels.filter((span) => alarms.some((atMs) => isWithin(atMs, span))).length;
  const outside = alarms.filter((atMs) => !labels.some((span) => isWithin(atMs, span)));
  const falseAlarms = outside.filter((atMs, i) => i === 0 || atMs - (outside[i - 1] as number) > HOUR_MS).length;
  return { found, missed: labels.length - found, falseAlarms };
}

export function isWithin(atMs: number, [fromMs, toMs]: Span): boolean {
  return atMs >= fromMs && atMs <= toMs;
}
