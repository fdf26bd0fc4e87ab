/** Every kind of aggregate, under its name. Bundles of the functions have of these what their pipeline names (`lib/named-kinds.ts`). */
export { anyAggregate as any, everyAggregate as every } from './any-every.ts';
export { approxCountDistinctAggregate as approxCountDistinct } from './approx-count-distinct.ts';
export { argMaxAggregate as argMax, argMinAggregate as argMin } from './arg-extreme.ts';
export {
  correlationAggregate as correlation,
  covarianceAggregate as covariance,
  regressionSlopeAggregate as regressionSlope,
} from './co-moments.ts';
export { collectAggregate as collect } from './collect.ts';
export { countAggregate as count } from './count.ts';
export { countDistinctAggregate as countDistinct } from './count-distinct.ts';
export { firstAggregate as first } from './first.ts';
export { histogramAggregate as histogram } from './histogram.ts';
export { lastAggregate as last } from './last.ts';
export { maxAggregate as max } from './max.ts';
export { meanAggregate as mean } from './mean.ts';
export { minAggregate as min } from './min.ts';
export { quantileAggregate as quantile } from './quantile.ts';
export { rateAggregate as rate } from './rate.ts';
export { stddevAggregate as stddev } from './stddev.ts';
export { sumAggregate as sum } from './sum.ts';
export { topKAggregate as topK } from './top-k.ts';
export { topNAggregate as topN } from './top-n.ts';
export { varianceAggregate as variance } from './variance.ts';
