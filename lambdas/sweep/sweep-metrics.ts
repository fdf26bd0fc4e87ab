import type { StreamMetric } from '../../contracts/metric-catalog.ts';
import type { SweepReport } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { MetricValues } from '../shared/metrics.ts';

/** What a sweep tells of a stream. One that has seen nothing yet has no watermark to be behind with. */
export function sweepMetrics({ watermarkMs, openShards }: SweepReport, nowMs: number): MetricValues<StreamMetric> {
  const hasWatermark = watermarkMs > START_OF_TIME_MS && watermarkMs < END_OF_TIME_MS;
  return { OpenShards: openShards, ...(hasWatermark ? { WatermarkLagMs: Math.max(0, nowMs - watermarkMs) } : {}) };
}

/** Of all views, the lag of the one that is furthest behind. */
export function furthestBehindMs(reports: readonly SweepReport[]): number {
  const lags = reports.flatMap(({ finalizeLagMs }) => Object.values(finalizeLagMs));
  return lags.reduce((furthest, lagMs) => Math.max(furthest, lagMs), 0);
}
