import type { ExpressionNode } from '../ir/node.ts';
import { kindOf } from '../row-operators/registry.ts';

/** A bound of the magnitude of each column that has a smaller one than its type, by name. */
export type Bounds = ReadonlyMap<string, number>;

/** Of a whole number of 64 bits. */
const LARGEST_WHOLE = 2 ** 63;

/**
 * The largest magnitude that a number can have, Infinity where it can be beyond the range of doubles. Only there does SQL
 * need to turn an infinite result into null, and most statements stay free of that.
 */
export function largestMagnitude(node: ExpressionNode, bounds: Bounds): number {
  switch (node.op) {
    case 'field':
      return bounds.get(node.path.join('.')) ?? (node.type.integer ? LARGEST_WHOLE : Number.MAX_VALUE);
    case 'literal':
      return Math.abs(Number(node.value));
    case 'arithmetic':
      return Math.min(unboundedResult(node, bounds), Number.MAX_VALUE);
    case 'coalesce': {
      const { operand, fallback } = node;
      const ofFallback = typeof fallback === 'object' ? largestMagnitude(fallback, bounds) : Math.abs(Number(fallback));
      return Math.max(largestMagnitude(operand, bounds), ofFallback);
    }
    case 'rowOperator': {
      const [operand] = node.operands;
      const ofOperand = operand === undefined ? Number.MAX_VALUE : largestMagnitude(operand, bounds);
      return kindOf(node).largest?.(node.parameters, ofOperand) ?? Number.MAX_VALUE;
    }
    case 'windowTotal':
      return Math.min(largestMagnitude(node.operand, bounds) * Number.MAX_SAFE_INTEGER, Number.MAX_VALUE);
    case 'call':
      return node.type.integer ? 2 * LARGEST_WHOLE : Number.MAX_VALUE;
    case 'lookup':
      return node.entries.reduce((most, [, value]) => Math.max(most, Math.abs(Number(value))), 0);
    case 'member':
      return Number.MAX_VALUE;
    default:
      return Number.MAX_SAFE_INTEGER;
  }
}

/** Whether an arithmetic result can be beyond the range of doubles. */
export function canOverflow(node: ExpressionNode & { op: 'arithmetic' }, bounds: Bounds): boolean {
  return unboundedResult(node, bounds) === Number.POSITIVE_INFINITY;
}

function unboundedResult(node: ExpressionNode & { op: 'arithmetic' }, bounds: Bounds): number {
  const left = largestMagnitude(node.left, bounds);
  const right = largestMagnitude(node.right, bounds);
  switch (node.operator) {
    case 'mul':
      return left * right;
    case 'div':
      return left / smallestDivisor(node.right);
    default:
      return left + right;
  }
}

/** The least magnitude but 0 that a divisor can have. */
function smallestDivisor(node: ExpressionNode): number {
  if (node.op === 'literal') return Math.abs(Number(node.value)) || 1;
  return node.type.integer ? 1 : Number.MIN_VALUE;
}
