import { functionOf } from '../functions/registry.ts';
import { BugError } from '../ir/bug-error.ts';
import type {
  AnyRowOperatorNode,
  ArithmeticOperator,
  ColumnNode,
  CompareOperator,
  ExpressionNode,
  ValueType,
} from '../ir/node.ts';
import { fromNodeConstant, type NodeConstant } from '../ir/whole-number.ts';

const COMPARE: Readonly<Record<CompareOperator, string>> = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' };
const ARITHMETIC: Readonly<Record<ArithmeticOperator, string>> = { add: '+', sub: '−', mul: '×', div: '÷' };

/** Words for a row operator, whose operands are in words already. */
export type OperatorWords = (node: AnyRowOperatorNode, operands: readonly string[]) => string;

/** Where no row operator can be: before there are rows. */
const noOperator: OperatorWords = ({ kind }) => {
  throw new BugError(`An expression of events holds the row operator '${kind}'.`);
};

/** An expression as a person writes it: `status ≥ 400 and method ≠ "HEAD"`. */
export function describeExpression(node: ColumnNode, words: OperatorWords = noOperator): string {
  const operand = (inner: ColumnNode): string => {
    const text = describeExpression(inner, words);
    return inner.op === 'field' || inner.op === 'literal' ? text : `(${text})`;
  };
  switch (node.op) {
    case 'field':
      return node.path.join('.');
    case 'literal':
      return describeConstant(node.value, node.type);
    case 'compare':
      return `${operand(node.left)} ${COMPARE[node.operator]} ${operand(node.right)}`;
    case 'in':
      return `${operand(node.operand)} in [${node.values.map((value) => describeConstant(value, node.operand.type)).join(', ')}]`;
    case 'isNull':
      return `${operand(node.operand)} is null`;
    case 'and':
    case 'or':
      return node.operands.map(operand).join(` ${node.op} `);
    case 'not':
      return `not ${operand(node.operand)}`;
    case 'arithmetic':
      return `${operand(node.left)} ${ARITHMETIC[node.operator]} ${operand(node.right)}`;
    case 'coalesce':
      return `${operand(node.operand)} or else ${typeof node.fallback === 'object' ? operand(node.fallback) : describeConstant(node.fallback, node.operand.type)}`;
    case 'urlPath':
      return `path of ${operand(node.operand)}`;
    case 'msSince':
      return `ms from ${operand(node.right)} to ${operand(node.left)}`;
    case 'call': {
      if (functionOf(node).isSilent) return operand(node.operands[0] as ExpressionNode);
      const operands = node.operands.map((inner) => describeExpression(inner, words));
      return `${node.name}(${[...operands, ...node.settings.map((setting) => JSON.stringify(setting))].join(', ')})`;
    }
    case 'lookup':
      return `${node.column} of ${node.table} at ${operand(node.operand)}`;
    case 'windowTotal':
      return `total of ${operand(node.operand)} in the window${node.within.length === 0 ? '' : ` by ${node.within.join(', ')}`}`;
    case 'member':
      return `${node.name} of ${operand(node.operand)}`;
    case 'rowOperator':
    case 'structOperator':
      return words(node, node.operands.map(operand));
  }
}

function describeConstant(constant: NodeConstant, { kind }: ValueType): string {
  const value = fromNodeConstant(constant, kind);
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
