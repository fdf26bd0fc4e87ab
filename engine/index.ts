/** What a pipeline file imports. */
export { Type } from 'typebox';
export {
  type Aggregate,
  approxCountDistinct,
  count,
  countDistinct,
  first,
  last,
  max,
  mean,
  min,
  rate,
  stddev,
  sum,
  variance,
} from './definition/aggregate-column.ts';
export {
  type HistogramBucket,
  type HistogramOptions,
  histogram,
  median,
  percentile,
  type QuantileOptions,
  quantile,
  type TopValue,
  topK,
} from './definition/distributions.ts';
export type { Duration } from './definition/duration.ts';
export type { Emission } from './definition/emission.ts';
export { DefinitionError } from './definition/errors.ts';
export { type GroupOf, type Pipeline, pipeline, type RowOf } from './definition/pipeline.ts';
export { type Instant, Timestamp } from './definition/shape.ts';
export { type Source, stream } from './definition/stream.ts';
export { type EventView, type View, view, type WindowedView } from './definition/view.ts';
export { global, type SlidingOptions, session, sliding, tumbling, type Window } from './definition/window.ts';
export type { Condition, Expr, Fields } from './expression/types.ts';
