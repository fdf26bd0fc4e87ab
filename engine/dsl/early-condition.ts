import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode } from '../ir/node.ts';
import { eventStreamsOf } from '../ir/source-definition.ts';
import { type NamedAggregate, namesOfStep, type ViewDefinition } from '../ir/view-definition.ts';

/**
 * Refuses a condition that more events of its window can make false: an alert that goes out before the window is final must
 * not be taken back when it is. What remains are `and` and `or` of comparisons of an aggregate that only rises with a constant
 * below it, or of one that only falls with a constant above it.
 *
 * `where` names view, alert and setting for the error.
 */
export function refuseUnlessLasting(view: ViewDefinition, condition: ExpressionNode, where: string): void {
  const reason = whyNotLasting(view, condition);
  if (reason === null) return;
  throw new DefinitionError(
    `${where} is to be looked at early, before its window is final, and ${reason}. Early conditions are .and(…) and .or(…) of count, countDistinct, approxCountDistinct, max, or a sum of what is never negative, .gt(…) or .gte(…) a number, and of min .lt(…) or .lte(…) a number. Leave early away, or give the rest to an alert without it.`,
  );
}

/** Null where the condition stays true, once it is; else a clause that says why not. */
function whyNotLasting(view: ViewDefinition, node: ExpressionNode): string | null {
  if (node.op === 'and' || node.op === 'or') {
    return node.operands.map((operand) => whyNotLasting(view, operand)).find((reason) => reason !== null) ?? null;
  }
  if (node.op !== 'compare') return `${node.op} can become false with more events`;
  const { left, right, operator } = node;
  if (left.op !== 'field' || left.path.length !== 1 || right.op !== 'literal') {
    return 'it compares something else than an aggregate with a constant';
  }
  const [name = ''] = left.path;
  const aggregate = view.aggregates.find((column) => column.name === name);
  if (aggregate === undefined) return `'${name}' is not an aggregate of the view`;
  if (operator === 'gt' || operator === 'gte') return whyNotRising(view, aggregate, right.value);
  if (operator === 'lt' || operator === 'lte') {
    return aggregate.column.spec.kind === 'min' ? null : `'${name}' can rise with more events`;
  }
  return `'${name}' can pass the constant that it is compared with`;
}

function whyNotRising(view: ViewDefinition, { name, column }: NamedAggregate, constant: unknown): string | null {
  switch (column.spec.kind) {
    case 'count':
    case 'max':
    case 'approxCountDistinct':
      return null;
    case 'countDistinct': {
      const { limit } = column.spec as unknown as { readonly limit: number };
      return typeof constant === 'number' && constant < limit
        ? null
        : `'${name}' is null beyond its limit of ${limit.toLocaleString('en-US')}, which is no more than the constant`;
    }
    case 'sum':
      return column.argument !== null && isNeverNegative(view, column.argument)
        ? null
        : `'${name}' sums something that may be negative: only of a field of the stream that has a minimum of 0 or more in its schema is that known`;
    default:
      return `'${name}', a ${column.spec.kind}, can fall with more events`;
  }
}

/** Whether it is a field of the view's stream that the schema bounds from below. */
function isNeverNegative(view: ViewDefinition, node: ExpressionNode): boolean {
  if (node.op !== 'field') return false;
  const [name] = node.path;
  const isMade = name !== undefined && view.steps.some((step) => namesOfStep(step).includes(name));
  return !isMade && eventStreamsOf(view.source).every(({ schema }) => hasMinimum(schema, node.path));
}

interface JsonSchema {
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** In each member of a union that has the field. */
function hasMinimum(schema: JsonSchema, path: readonly string[]): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.every((member) => hasMinimum(member, path));
  const [name, ...deeper] = path;
  if (name === undefined) return (schema.minimum ?? schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) >= 0;
  const field = schema.properties?.[name];
  return field === undefined || hasMinimum(field, deeper);
}
