import { stepOfPath } from '../ir/match-shape.ts';
import { type ExpressionNode, fieldsIn } from '../ir/node.ts';
import type { StepCondition } from '../ir/pattern-definition.ts';

/** What every event fits. */
export const ANY_EVENT: StepCondition = { ofEvent: null, ofMatch: null };

/**
 * Divides a condition by its conjuncts: those of the event alone can be judged where it comes in, before anything is known of
 * others.
 *
 * @example e.amount.gt(100).and(e.city.ne(matched.probe.city)) → amount > 100, and city ≠ matched.probe.last.city
 */
export function stepCondition(node: ExpressionNode): StepCondition {
  const parts = conjunctsOf(node);
  return {
    ofEvent: allOf(parts.filter((part) => !readsMatch(part))),
    ofMatch: allOf(parts.filter(readsMatch)),
  };
}

function conjunctsOf(node: ExpressionNode): readonly ExpressionNode[] {
  return node.op === 'and' ? node.operands.flatMap(conjunctsOf) : [node];
}

function readsMatch(node: ExpressionNode): boolean {
  return fieldsIn(node).some((path) => stepOfPath(path) !== null);
}

function allOf(parts: readonly ExpressionNode[]): ExpressionNode | null {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? null;
  return { op: 'and', operands: parts, type: { kind: 'boolean', nullable: parts.some(({ type }) => type.nullable) } };
}
