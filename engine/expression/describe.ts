import type { ArithmeticOperator, CompareOperator, ExpressionNode } from '../ir/node.ts';

const COMPARE: Readonly<Record<CompareOperator, string>> = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' };
const ARITHMETIC: Readonly<Record<ArithmeticOperator, string>> = { add: '+', sub: '−', mul: '×', div: '÷' };

/** An expression as a person writes it: `status ≥ 400 and method ≠ "HEAD"`. */
export function describeExpression(node: ExpressionNode): string {
  switch (node.op) {
    case 'field':
      return node.path.join('.');
    case 'literal':
      return JSON.stringify(node.value);
    case 'compare':
      return `${operand(node.left)} ${COMPARE[node.operator]} ${operand(node.right)}`;
    case 'in':
      return `${operand(node.operand)} in [${node.values.map((value) => JSON.stringify(value)).join(', ')}]`;
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
      return `${operand(node.operand)} or else ${JSON.stringify(node.fallback)}`;
    case 'urlPath':
      return `path of ${operand(node.operand)}`;
    case 'msSince':
      return `ms from ${operand(node.right)} to ${operand(node.left)}`;
    case 'rolling':
      return `${node.spec.kind} of ${operand(node.operand)} over ${node.windows} rows`;
  }
}

function operand(node: ExpressionNode): string {
  const text = describeExpression(node);
  return node.op === 'field' || node.op === 'literal' ? text : `(${text})`;
}
