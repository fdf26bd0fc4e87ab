import { Expression, nodeOf } from '../dsl/build.ts';
import { callNode } from '../dsl/call-node.ts';
import { describeNode, KIND_WORDS } from '../dsl/given.ts';
import type { Expr } from '../dsl/types.ts';
import { pairFunction } from '../functions/pair.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode, Value, ValueKind, ValueType } from '../ir/node.ts';
import type { AggregateSql } from './aggregate-sql.ts';

/** What an aggregate of two expressions takes: both as one value. */
export const PAIRS: readonly ValueKind[] = ['json'];

export type Pair = readonly [NonNullable<Value>, NonNullable<Value>];

/** The two values of a pair, which expressions carry as one. */
export function pairOf(value: NonNullable<Value>): Pair {
  return value as unknown as Pair;
}

/** Two expressions as one. `where` names the aggregate that is given them. */
export function pairExpression(
  where: string,
  [one, takesOne]: readonly [Expr, readonly ValueKind[]],
  [other, takesOther]: readonly [Expr, readonly ValueKind[]],
): Expr {
  const nodes = [checked(one, takesOne, where), checked(other, takesOther, where)];
  // The phantom property of the public type exists for the compiler alone.
  return new Expression(callNode(pairFunction, nodes)) as unknown as Expr;
}

function checked(expression: Expr, takes: readonly ValueKind[], where: string): ExpressionNode {
  const node = nodeOf(expression, where);
  if (takes.includes(node.type.kind)) return node;
  throw new DefinitionError(
    `${where} was given ${describeNode(node)}, ${KIND_WORDS[node.type.kind]}, and needs ${takes.map((kind) => KIND_WORDS[kind]).join(' or ')} there.`,
  );
}

/** The type of an expression, which an aggregate's settings keep: a pair tells nothing of its parts. */
export function typeOfPart(expression: Expr, where: string): PartType {
  const { kind, integer } = nodeOf(expression, where).type;
  return { kind, ...(integer && { integer }) };
}

export type PartType = Omit<ValueType, 'nullable'>;

/** The condition of a column's events, of which both values are there. */
export function filterOfPairs({ argument, canBeNull, filter, filterAnd }: AggregateSql): string {
  if (argument.op !== 'call' || !canBeNull) return filter;
  const type = { kind: 'boolean', nullable: false } as const;
  return filterAnd(argument.operands.map((operand) => ({ op: 'not', operand: { op: 'isNull', operand, type }, type })));
}
