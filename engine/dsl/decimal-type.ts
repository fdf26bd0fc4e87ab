import { roundFunction } from '../functions/rounding.ts';
import { MAX_SCALE, scaleOfConstant } from '../ir/decimal.ts';
import type { ExpressionNode, Scale } from '../ir/node.ts';
import { callNode } from './call-node.ts';

/**
 * The scale that both of two numbers have room in: undefined where none is a decimal, or one is neither a decimal nor whole. Of a
 * constant its own digits count.
 */
export function commonScale(a: ExpressionNode, b: ExpressionNode): Scale | undefined {
  if (a.type.scale === undefined && b.type.scale === undefined) return undefined;
  const [ofA, ofB] = [scaleOf(a), scaleOf(b)];
  if (ofA === undefined || ofB === undefined) return undefined;
  return ofA === 'any' || ofB === 'any' ? 'any' : Math.max(ofA, ofB);
}

/** Sums, differences and products of decimals are decimals: the nearest one to what doubles make of them. */
export function decimalArithmetic(node: ExpressionNode & { op: 'arithmetic' }): ExpressionNode {
  const { operator, left, right } = node;
  const common = commonScale(left, right);
  if (typeof common !== 'number' || operator === 'div') return node;
  const scale = operator === 'mul' ? (scaleOf(left) as number) + (scaleOf(right) as number) : common;
  if (scale > MAX_SCALE) return node;
  const rounded = callNode(roundFunction, [node], [scale]);
  return { ...rounded, type: { kind: 'number', nullable: node.type.nullable, scale } };
}

function scaleOf({ op, type, ...node }: ExpressionNode): Scale | undefined {
  if (type.scale !== undefined) return type.scale;
  if (op === 'literal' && 'value' in node && typeof node.value === 'number') return scaleOfConstant(node.value);
  return type.integer ? 0 : undefined;
}
