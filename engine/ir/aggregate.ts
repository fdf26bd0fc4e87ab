import type { ExpressionNode, ValueType } from './node.ts';

/** What the definition says of one aggregate column; data, so that fingerprint, SQL and docs can be made of it. */
export type AggregateSpec =
  | { readonly kind: 'count' | 'rate' }
  | { readonly kind: 'sum' | 'mean' | 'min' | 'max' | 'first' | 'last' | 'approxCountDistinct' }
  | { readonly kind: 'variance' | 'stddev'; readonly of: 'sample' | 'population' }
  | { readonly kind: 'countDistinct'; readonly limit: number }
  | { readonly kind: 'quantile'; readonly q: number; readonly relativeError: number }
  | { readonly kind: 'topK'; readonly k: number; readonly limit: number }
  | { readonly kind: 'histogram'; readonly bounds: readonly number[] };

export type AggregateKind = AggregateSpec['kind'];

/** One aggregate of a view, as data. */
export interface AggregateDefinition {
  readonly spec: AggregateSpec;
  /** Null counts events, whatever is in them. */
  readonly argument: ExpressionNode | null;
  /** Aggregates only events for which it is true; null takes all. */
  readonly condition: ExpressionNode | null;
  /** The column's type. */
  readonly type: ValueType;
}
