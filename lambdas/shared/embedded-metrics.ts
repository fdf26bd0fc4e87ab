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
/** A line has so many metrics at most, and a metric so many values. */
const MOST = 100;

type Dimensions = Readonly<Record<string, string>>;
type Catalog = Readonly<Record<string, MetricEntry>>;

/**
 * JSON lines of the log in CloudWatch's embedded metric format, one for each call. They are written as they are: `console.log` would
 * put them into a line of its own. No library writes them: each cold start would read it, and what it writes is this line.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmbeddedMetrics implements Metrics {
  readonly #pipeline: string;
  readonly #nowMs: () => number;

  /** @param pipeline is the dimension that tells one deployment from another. */
  constructor(pipeline: string, nowMs: () => number) {
    this.#pipeline = pipeline;
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
    const ageMs = this.#nowMs() - atMs;
    if (ageMs > OLDEST_MS || ageMs < 0) return;
    const values = Object.entries(columns).map(([name, value]) => [ROW_METRIC_PREFIX + name, value] as const);
    this.#write({ view }, {}, Object.fromEntries(values), {}, atMs);
  }

  #write(
    given: Dimensions,
    catalog: Catalog,
    values: Readonly<Record<string, MetricValue>>,
    fields: LogFields,
    atMs = this.#nowMs(),
  ): void {
    const dimensions = { pipeline: this.#pipeline, ...given };
    const named = Object.entries(fields).filter(([name]) => !(name in dimensions));
    const texts = Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
    for (const metrics of linesOf(values)) {
      const line = {
        _aws: {
          Timestamp: atMs,
          CloudWatchMetrics: [
            {
              Namespace: NAMESPACE,
              Dimensions: [Object.keys(dimensions)],
              Metrics: metrics.map(([Name]) => ({ Name, Unit: catalog[Name]?.unit ?? 'None' })),
            },
          ],
        },
        ...dimensions,
        ...Object.fromEntries(metrics),
        ...texts,
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  }
}

/** The metrics of each line that has some. A batch must not fail for what is told of it, so what is no number is left out. */
function linesOf(values: Readonly<Record<string, MetricValue>>): readonly (readonly [string, MetricValue])[][] {
  const parts = Object.entries(values).flatMap(([name, value]) => {
    if (typeof value === 'number') return Number.isFinite(value) ? [[name, value] as const] : [];
    const finite = value.filter((each) => Number.isFinite(each));
    return hundreds(finite).map((part) => [name, part.length === 1 ? (part[0] as number) : part] as const);
  });
  // No line has a name twice: what is more than a line holds of a metric is in another one.
  const rounds: (readonly [string, MetricValue])[][] = [];
  for (const part of parts) {
    const round = rounds.find((line) => line.length < MOST && line.every(([name]) => name !== part[0]));
    if (round === undefined) rounds.push([part]);
    else round.push(part);
  }
  return rounds;
}

function hundreds<T>(values: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / MOST) }, (_, index) =>
    values.slice(index * MOST, (index + 1) * MOST),
  );
}
