import type { AggregateSql } from '../aggregates/aggregate-sql.ts';
import { descriptorOf } from '../aggregates/registry.ts';
import type { AggregateDefinition } from '../ir/aggregate.ts';
import type { ExpressionNode } from '../ir/node.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import { largestMagnitude } from './magnitude.ts';
import { numberLiteral } from './text.ts';

export type AggregateOptions = Pick<AggregateSql, 'eventTime' | 'exactDistinct' | 'windowMs'>;

const EVENT: ExpressionNode = { op: 'literal', value: true, type: { kind: 'boolean', nullable: false } };

/** An aggregate as SQL, over the rows of one group. What each says is in its descriptor, `engine/aggregates`. */
export function compileAggregate(column: AggregateDefinition, scope: SqlScope, options: AggregateOptions): string {
  const { spec, argument, condition } = column;
  const filterAnd = (more: readonly ExpressionNode[]) => filterOf([...(condition ? [condition] : []), ...more], scope);
  return descriptorOf(spec).sql(spec, {
    ...options,
    dialect: scope.dialect,
    ofEvents: argument === null,
    argument: argument ?? EVENT,
    value: argument === null ? '*' : compileExpression(argument, scope),
    operands: argument?.op === 'call' ? argument.operands.map((operand) => compileExpression(operand, scope)) : [],
    canBeNull: argument !== null && canBeNull(argument, scope),
    filter: filterAnd([]),
    filterAnd,
    number: numberLiteral,
  });
}

function filterOf(conditions: readonly ExpressionNode[], scope: SqlScope): string {
  const [first] = conditions;
  if (first === undefined) return '';
  const type = { kind: 'boolean', nullable: true } as const;
  const all = conditions.length === 1 ? first : { op: 'and' as const, operands: conditions, type };
  return ` FILTER (WHERE ${compileExpression(all, scope)})`;
}

function canBeNull(node: ExpressionNode, { derived }: Pick<SqlScope, 'derived'>): boolean {
  if (node.op === 'field') return node.type.nullable || derived.has(node.path.join('.'));
  if (node.op === 'coalesce') return typeof node.fallback === 'object' && canBeNull(node.fallback, { derived });
  return node.op !== 'isNull';
}

/** The column's largest magnitude, where that is not what its type says. */
export function boundOf({ spec, argument }: AggregateDefinition, scope: SqlScope): number | null {
  if (argument === null || argument.type.kind !== 'number') return null;
  return descriptorOf(spec).largest(largestMagnitude(argument, scope.bounds));
}
