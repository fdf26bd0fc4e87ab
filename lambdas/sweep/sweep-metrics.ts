import type { StreamMetric } from '../../contracts/metric-catalog.ts';
import type { SweepReport } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { MetricValues } from '../shared/metrics.ts';

/** What a sweep tells of a stream. One that has seen nothing yet has no watermark to be behind with. */
export function sweepMetrics({ watermarkMs, openShards }: SweepReport, nowMs: number): MetricValues<StreamMetric> {
  const hasWatermark = watermarkMs > START_OF_TIME_MS && watermarkMs < END_OF_TIME_MS;
  return { OpenShards: openShards, ...(hasWatermark ? { WatermarkLagMs: Math.max(0, nowMs - watermarkMs) } : {}) };
}
