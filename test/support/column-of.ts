import { type BuiltInSpec, descriptorOf } from '../../engine/aggregates/registry.ts';
import { AggregateColumn } from '../../engine/dsl/aggregate-column.ts';
import type { ExpressionNode } from '../../engine/ir/node.ts';

/** A column as its function makes it, of nodes. */
export function columnOf(
  spec: BuiltInSpec,
  argument: ExpressionNode | null,
  condition: ExpressionNode | null = null,
): AggregateColumn {
  return new AggregateColumn(descriptorOf(spec), spec, argument, condition);
}
