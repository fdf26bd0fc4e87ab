import * as KINDS from '#kinds/row-operators';
import { describeExpression } from '../expression/describe.ts';
import { BugError } from '../ir/bug-error.ts';
import type { AnyRowOperatorNode, ColumnNode, ExpressionNode } from '../ir/node.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

const byName = new Map(Object.values<RowOperatorKind>(KINDS).map((kind) => [kind.kind, kind]));

export function kindOf({ kind }: AnyRowOperatorNode): RowOperatorKind {
  const found = byName.get(kind);
  if (found === undefined) throw new BugError(`There is no row operator '${kind}'.`);
  return found;
}

/**
 * @param slideMs from one window's start to the next one's.
 * @param isCount whether an operand is a column that counts.
 */
export function rowOperatorOf(
  node: AnyRowOperatorNode,
  slideMs: number,
  isCount: (operand: ExpressionNode) => boolean = () => false,
): RowOperator {
  const types = node.operands.map((operand) => ({ ...operand.type, isCount: isCount(operand) }));
  return kindOf(node).compile(node.parameters, types, slideMs);
}

/** What a fingerprint is made of: everything that an operator's state and columns depend on. */
export function factsOf(node: AnyRowOperatorNode): object {
  const kind = kindOf(node);
  if (kind.facts !== undefined) return kind.facts(node);
  const { op, parameters, operands } = node;
  return { op, kind: kind.kind, version: kind.version, parameters, operands };
}

/** Whether SQL can say an operator. */
export function hasSql(node: AnyRowOperatorNode): boolean {
  const { sql, hasSql: says } = kindOf(node);
  return sql !== undefined && (says?.(node) ?? true);
}

/** Fields of a struct that SQL cannot say, and what each is. */
export function unsaidFields(node: AnyRowOperatorNode): Readonly<Record<string, string>> {
  return kindOf(node).unsaid ?? {};
}

/** A column of a row as a person writes it. */
export function describeColumn(node: ColumnNode): string {
  return describeExpression(node, (operator, operands) => kindOf(operator).words(operator.parameters, operands));
}
