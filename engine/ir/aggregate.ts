import type { ExpressionNode, ValueType } from './node.ts';

/**
 * What the definition says of one aggregate: its kind and its settings; data, so that fingerprint, SQL and docs can be
 * made of it. The settings of a kind are in its own type, beside its descriptor in `engine/aggregates`. An interface would
 * not count as JSON.
 */
export type AggregateSpec = { readonly kind: string };

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
