import { TOP_TEXT_LENGTH } from '../aggregates/top-k.ts';
import type { AggregateDefinition, AggregateSpec } from '../ir/aggregate.ts';
import type { ExpressionNode } from '../ir/node.ts';
import { compileExpression, type SqlScope } from './compile-expression.ts';
import { largestMagnitude } from './magnitude.ts';
import { numberLiteral } from './text.ts';

export interface AggregateOptions {
  /** The column with the event's time in milliseconds, as SQL: `first` and `last` go by it. */
  readonly eventTime: string;
  /** Count `approxCountDistinct` exactly: to check an approximation against. */
  readonly exactDistinct: boolean;
  /** The window's length in milliseconds, as SQL that can be divided by. */
  readonly windowMs: string;
}

/**
 * An aggregate as SQL, over the rows of one group.
 *
 * The two meanings part only at the edge of doubles. A sum beyond their range is null in a stream's rows and here
 * infinite or NaN; a mean whose sum is beyond it is a number there and here is not; a variance of values beyond 2^500 is
 * null there, and here the statement can fail. A quantile is exact here: within the relative error of the column there,
 * and null where the numbers fall into too many bins.
 */
export function compileAggregate(column: AggregateDefinition, scope: SqlScope, options: AggregateOptions): string {
  const { spec, argument, condition } = column;
  const filter = condition ? ` FILTER (WHERE ${compileExpression(condition, scope)})` : '';
  if (!argument) return spec.kind === 'rate' ? perSecond(`count(*)${filter}`, options) : `count(*)${filter}`;
  const value = compileExpression(argument, scope);
  const distinct = `count(DISTINCT ${value})${filter}`;
  switch (spec.kind) {
    case 'count':
      return `count(${value})${filter}`;
    case 'sum':
      return compileSum(argument, scope, filter);
    case 'rate':
      return perSecond(compileSum(argument, scope, filter), options);
    case 'mean':
      return `${scope.dialect.mean(value)}${filter}`;
    case 'min':
    case 'max':
      return `${spec.kind}(${value})${filter}`;
    case 'first':
    case 'last':
      return compileTimed(column, argument, scope, options.eventTime);
    case 'variance':
      return `${spec.of === 'sample' ? 'var_samp' : 'var_pop'}(${value})${filter}`;
    case 'stddev':
      return `${spec.of === 'sample' ? 'stddev_samp' : 'stddev_pop'}(${value})${filter}`;
    case 'countDistinct':
      return `CASE WHEN ${distinct} <= ${spec.limit} THEN ${distinct} END`;
    case 'approxCountDistinct':
      return options.exactDistinct ? distinct : `${scope.dialect.approxCountDistinct(value)}${filter}`;
    case 'quantile':
      return scope.dialect.quantile(value, numberLiteral(spec.q), filter);
    case 'topK':
      return compileTopK(spec, argument, scope, filter);
    case 'histogram':
      return compileHistogram(spec.bounds, argument, condition, scope);
  }
}

function compileSum(argument: ExpressionNode, scope: SqlScope, filter: string): string {
  const value = compileExpression(argument, scope);
  return `COALESCE(${argument.type.integer ? `sum(${value})` : scope.dialect.sum(value)}${filter}, 0)`;
}

function perSecond(total: string, { windowMs }: AggregateOptions): string {
  return `${total} * 1000e0 / ${windowMs}`;
}

function compileTopK(
  { k, limit }: AggregateSpec & { readonly kind: 'topK' },
  argument: ExpressionNode,
  { dialect, ...rest }: SqlScope,
  filter: string,
): string {
  const { kind } = argument.type;
  const given = compileExpression(argument, { dialect, ...rest });
  const value = kind === 'string' ? dialect.startOf(given, TOP_TEXT_LENGTH) : given;
  const show = (key: string) => (kind === 'instant' ? dialect.msToIso(key) : key);
  const top = dialect.topValues(`${dialect.valueCounts(value)}${filter}`, k, show);
  return `CASE WHEN count(DISTINCT ${value})${filter} <= ${limit} THEN ${top} END`;
}

function compileHistogram(
  bounds: readonly number[],
  argument: ExpressionNode,
  condition: ExpressionNode | null,
  scope: SqlScope,
): string {
  const buckets = [...bounds, null].map((to, index) => {
    const from = bounds[index - 1] ?? null;
    const inside = [
      ...(condition === null ? [] : [condition]),
      ...(from === null ? [] : [compared(argument, 'gte', from)]),
      ...(to === null ? [] : [compared(argument, 'lt', to)]),
    ];
    return {
      from: from === null ? 'NULL' : numberLiteral(from),
      to: to === null ? 'NULL' : numberLiteral(to),
      count: `count(*) FILTER (WHERE ${compileExpression(all(inside), scope)})`,
    };
  });
  return scope.dialect.jsonObjects(buckets);
}

function compared(left: ExpressionNode, operator: 'gte' | 'lt', bound: number): ExpressionNode {
  const right = { op: 'literal', value: bound, type: { kind: 'number', nullable: false } } as const;
  return { op: 'compare', operator, left, right, type: { kind: 'boolean', nullable: left.type.nullable } };
}

function all(operands: readonly ExpressionNode[]): ExpressionNode {
  return { op: 'and', operands, type: { kind: 'boolean', nullable: true } };
}

/** The column's largest magnitude, where that is not what its type says. */
export function boundOf({ spec, argument }: AggregateDefinition, scope: SqlScope): number | null {
  if (argument === null || argument.type.kind !== 'number') return null;
  switch (spec.kind) {
    case 'mean':
    case 'min':
    case 'max':
    case 'first':
    case 'last':
    case 'quantile':
      return largestMagnitude(argument, scope.bounds);
    case 'sum':
      return Math.min(largestMagnitude(argument, scope.bounds) * Number.MAX_SAFE_INTEGER, Number.MAX_VALUE);
    case 'variance':
    case 'stddev':
    case 'rate':
      return Number.MAX_VALUE;
    default:
      return null;
  }
}

/** The value at the least or greatest (time, value): a tie in time is decided by the value. */
function compileTimed(
  { spec, condition }: AggregateDefinition,
  argument: ExpressionNode,
  scope: SqlScope,
  eventTime: string,
): string {
  const conditions = [...(condition ? [condition] : []), ...(canBeNull(argument, scope) ? [isPresent(argument)] : [])];
  const value = compileExpression(argument, scope);
  const least = `${spec.kind === 'first' ? 'min_by' : 'max_by'}(${value}, ROW(${eventTime}, ${value}))`;
  if (conditions.length === 0) return least;
  return `${least} FILTER (WHERE ${compileExpression(all(conditions), scope)})`;
}

/** False only where a value is always there: a field that the schema requires, or a default. */
function canBeNull(node: ExpressionNode, { derived }: SqlScope): boolean {
  if (node.op === 'field') return node.type.nullable || derived.has(node.path.join('.'));
  return node.op !== 'coalesce' && node.op !== 'isNull';
}

function isPresent(operand: ExpressionNode): ExpressionNode {
  const type = { kind: 'boolean', nullable: false } as const;
  return { op: 'not', operand: { op: 'isNull', operand, type }, type };
}
