import type { LogFields } from '../../lambdas/shared/log.ts';
import type { Metrics } from '../../lambdas/shared/metrics.ts';

export interface RecordedMetrics {
  /** `stream clicks`, `view clicks_by_page` or `pipeline`, or `row …` for the columns of a row. */
  readonly of: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly fields: LogFields;
}

/** Metrics that are kept. */
export function recordedMetrics(): Metrics & { readonly all: RecordedMetrics[] } {
  const all: RecordedMetrics[] = [];
  return {
    all,
    ofStream: (stream, values, fields = {}) => all.push({ of: `stream ${stream}`, values, fields }),
    ofView: (view, values, fields = {}) => all.push({ of: `view ${view}`, values, fields }),
    ofPipeline: (values, fields = {}) => all.push({ of: 'pipeline', values, fields }),
    ofRow: (view, columns, atMs) => all.push({ of: `row ${view}`, values: columns, fields: { atMs } }),
  };
}
