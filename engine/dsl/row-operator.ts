import type { ColumnNode, ExpressionNode, RowOperatorNode, StructOperatorNode } from '../ir/node.ts';
import { Expression, nodeOf } from './build.ts';
import { checkRowOperand } from './row-operand.ts';
import { structNodeOf, structOf } from './struct.ts';
import type { Expr, Fields } from './types.ts';

/** What a row operator is given: a value of the row itself. `where` names operator and operand for the error. */
export function rowOperand(expression: Expr, kind: 'number', where: string): ExpressionNode {
  const node = nodeOf(expression, where);
  checkRowOperand(node, kind, where);
  return node;
}

/** A row operator of one value, as an expression. */
export function valueOfRows(node: Omit<RowOperatorNode, 'op'>): Expression {
  return new Expression({ op: 'rowOperator', ...node });
}

/** A row operator of several values: a column as it is, and an object to read its fields from. */
export function structOfRows<S>(node: Omit<StructOperatorNode, 'op'>): Fields<S> {
  return structOf(node, (leaf) => new Expression(leaf));
}

/** The node of what is to be a column: an expression, or a row operator's struct. `where` names the column. */
export function columnNodeOf(value: unknown, where: string): ColumnNode {
  return structNodeOf(value) ?? nodeOf(value, where);
}
