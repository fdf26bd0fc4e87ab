import { Metrics as Emf, MetricUnit } from '@aws-lambda-powertools/metrics';
import {
  type MetricEntry,
  NAMESPACE,
  PIPELINE_METRICS,
  ROW_METRIC_PREFIX,
  STREAM_METRICS,
  VIEW_METRICS,
} from '../../contracts/metric-catalog.ts';
import type { LogFields } from './log.ts';
import type { Metrics, MetricValue } from './metrics.ts';

const DAY_MS = 86_400_000;
/** CloudWatch takes values of the last two weeks; a day is for the way there. */
const OLDEST_MS = 13 * DAY_MS;

/** One JSON line of the log for each call, in CloudWatch's embedded metric format. */
export class PowertoolsMetrics implements Metrics {
  readonly #emf: Emf;
  readonly #nowMs: () => number;

  /** @param pipeline is the dimension that tells one deployment from another. */
  constructor(pipeline: string, nowMs: () => number) {
    this.#emf = new Emf({ namespace: NAMESPACE });
    // Powertools puts a dimension `service` everywhere, of which every value would be a metric to pay for.
    this.#emf.clearDefaultDimensions();
    this.#emf.setDefaultDimensions({ pipeline });
    this.#nowMs = nowMs;
  }

  ofStream(stream: string, values: Readonly<Record<string, MetricValue>>, fields: LogFields = {}): void {
    this.#write({ stream }, STREAM_METRICS, values, fields);
  }

  ofView(view: string, values: Readonly<Record<string, MetricValue>>, fields: LogFields = {}): void {
    this.#write({ view }, VIEW_METRICS, values, fields);
  }

  ofPipeline(values: Readonly<Record<string, MetricValue>>, fields: LogFields = {}): void {
    this.#write({}, PIPELINE_METRICS, values, fields);
  }

  ofRow(view: string, columns: Readonly<Record<string, number>>, atMs: number): void {
    const finite = Object.entries(columns).filter(([, value]) => Number.isFinite(value));
    const ageMs = this.#nowMs() - atMs;
    if (finite.length === 0 || ageMs > OLDEST_MS || ageMs < 0) return;
    this.#emf.addDimensions({ view });
    for (const [name, value] of finite) this.#emf.addMetric(ROW_METRIC_PREFIX + name, MetricUnit.NoUnit, value);
    this.#emf.setTimestamp(atMs);
    this.#emf.publishStoredMetrics();
  }

  #write(
    dimension: Readonly<Record<string, string>>,
    catalog: Readonly<Record<string, MetricEntry>>,
    values: Readonly<Record<string, MetricValue>>,
    fields: LogFields,
  ): void {
    const all = Object.entries(values).flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
    // A batch must not fail for what is told of it.
    const finite = all.filter(([, value]) => Number.isFinite(value));
    if (finite.length === 0) return;
    this.#emf.addDimensions({ ...dimension });
    for (const [name, value] of finite) {
      this.#emf.addMetric(name, MetricUnit[catalog[name]?.unit ?? 'NoUnit'], value);
    }
    for (const [name, value] of Object.entries(fields)) {
      if (!(name in dimension)) this.#emf.addMetadata(name, String(value));
    }
    this.#emf.publishStoredMetrics();
  }
}
