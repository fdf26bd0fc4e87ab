import type { PipelineMetric, StreamMetric, ViewMetric } from '../../contracts/metric-catalog.ts';
import type { LogFields } from './log.ts';

/** One value, or up to 100 of which percentiles are made. */
export type MetricValue = number | readonly number[];
export type MetricValues<Name extends string> = Readonly<Partial<Record<Name, MetricValue>>>;

/**
 * Where handlers tell how they are doing. Telling costs no call: on AWS a metric is a line of the log.
 *
 * @example
 * metrics.ofStream('clicks', { EventsAccepted: 512, CommitMs: 18 }, { shard, position });
 */
export interface Metrics {
  /** `fields` go into the log beside the metrics, to find what a value belongs to; they are no dimensions. */
  ofStream(stream: string, values: MetricValues<StreamMetric>, fields?: LogFields): void;
  ofView(view: string, values: MetricValues<ViewMetric>, fields?: LogFields): void;
  /** Of all streams and views together. */
  ofPipeline(values: MetricValues<PipelineMetric>, fields?: LogFields): void;
  /** Columns of a row that became final, as of its window's end. */
  ofRow(view: string, columns: Readonly<Record<string, number>>, atMs: number): void;
}

/** Where nobody wants to know. */
export const noMetrics: Metrics = { ofStream: () => {}, ofView: () => {}, ofPipeline: () => {}, ofRow: () => {} };

/** Leaves out what did not happen: a metric of nothing but zeros would cost as much as any other. */
export function happened<Name extends string>(values: Readonly<Record<Name, number>>): MetricValues<Name> {
  const kept = Object.entries<number>(values).filter(([, value]) => value !== 0);
  return Object.fromEntries(kept) as MetricValues<Name>;
}
