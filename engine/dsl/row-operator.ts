import { DefinitionError } from '../ir/errors.ts';
import {
  type ColumnNode,
  containsRowOperator,
  type ExpressionNode,
  type RowOperatorNode,
  type StructOperatorNode,
} from '../ir/node.ts';
import { Expression, nodeOf, unknownName } from './build.ts';
import { recordMade, recordUsed } from './recorder.ts';
import type { Expr, Fields } from './types.ts';

/** The structs that callbacks hold, and the nodes behind them: a struct shows its fields, and nothing else. */
const structs = new WeakMap<object, StructOperatorNode>();

/** What a row operator is given: a value of the row itself. `where` names operator and operand for the error. */
export function rowOperand(expression: Expr, kind: 'number', where: string): ExpressionNode {
  const node = nodeOf(expression, where);
  if (node.type.kind !== kind) {
    throw new DefinitionError(`${where} was given a ${node.type.kind}, and needs a ${kind} of the row.`);
  }
  if (containsRowOperator(node)) {
    throw new DefinitionError(
      `${where} was given what goes over rows itself: it takes a ${kind} of the row, and not one that goes over rows again. Give that a column in a .derive(…) of its own, and take the column.`,
    );
  }
  return node;
}

/** A row operator of one value, as an expression. */
export function valueOfRows(node: Omit<RowOperatorNode, 'op'>): Expression {
  return new Expression({ op: 'rowOperator', ...node });
}

/** A row operator of several values: a column as it is, and an object to read its fields from. */
export function structOfRows<S>(node: Omit<StructOperatorNode, 'op'>): Fields<S> {
  const operand: StructOperatorNode = { op: 'structOperator', ...node };
  const { fields } = operand.type;
  const proxy: object = new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string') return undefined;
      const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (type === undefined) throw unknownName(`${operand.kind}(…)`, name, Object.keys(fields));
      recordUsed(proxy, () => `the result of ${operand.kind}(…)`);
      return new Expression({ op: 'member', operand, name, type });
    },
    has: (_target, name) => typeof name === 'string' && Object.hasOwn(fields, name),
    ownKeys: () => Object.keys(fields),
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === 'string' && Object.hasOwn(fields, name) ? { enumerable: true, configurable: true } : undefined,
  });
  structs.set(proxy, operand);
  recordMade(proxy, `${operand.kind}(…) is made`);
  return proxy as unknown as Fields<S>;
}

/** The node of what is to be a column: an expression, or a row operator's struct. `where` names the column. */
export function columnNodeOf(value: unknown, where: string): ColumnNode {
  const struct = typeof value === 'object' && value !== null ? structs.get(value) : undefined;
  if (struct === undefined) return nodeOf(value, where);
  recordUsed(value as object, () => `the result of ${struct.kind}(…)`);
  return struct;
}
