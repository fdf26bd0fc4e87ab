/** Every row operator, under its name. Bundles of the functions have of these what their pipeline names (`lib/named-kinds.ts`). */
export { anomalyKind as anomaly } from './anomaly.ts';
export { changeKind as change } from './change.ts';
export { changePointKind as changePoint } from './change-point.ts';
export { ewmaKind as ewma } from './ewma.ts';
export { forecastKind as forecast } from './forecast.ts';
export { robustKind as robust } from './robust.ts';
export { rollingKind as rolling } from './rolling.ts';
export { seasonalKind as seasonal } from './seasonal.ts';
export { seasonalityKind as seasonality } from './seasonality.ts';
export { thresholdKind as threshold } from './threshold.ts';
export { trendKind as trend } from './trend.ts';
export { zScoreKind as zScore } from './z-score.ts';
