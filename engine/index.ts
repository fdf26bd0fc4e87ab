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
} from './dsl/aggregate-column.ts';
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
} from './dsl/distributions.ts';
export type { Emission } from './dsl/emission.ts';
export { type GroupOf, type Pipeline, pipeline, type RowOf } from './dsl/pipeline.ts';
export { type Instant, Timestamp } from './dsl/shape.ts';
export { type Source, stream } from './dsl/stream.ts';
export type { Condition, Expr, Fields } from './dsl/types.ts';
export { type EventView, type View, view, type WindowedView } from './dsl/view.ts';
export { global, type SlidingOptions, session, sliding, tumbling } from './dsl/window.ts';
export type { Duration } from './ir/duration.ts';
export { DefinitionError } from './ir/errors.ts';
export { StreamgaugeError } from './ir/streamgauge-error.ts';
export type { Window } from './ir/window.ts';
