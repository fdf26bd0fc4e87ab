import { caseFunction } from '../functions/case.ts';
import { concatFunction } from '../functions/concat.ts';
import type { FunctionDescriptor } from '../functions/descriptor.ts';
import { greatestFunction, leastFunction } from '../functions/extremes.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ExpressionNode } from '../ir/node.ts';
import { conditionOf, Expression } from './build.ts';
import { callNode } from './call-node.ts';
import { describeGiven, describeNode, KIND_WORDS, WORDS } from './given.ts';
import { NodeHolder, nodeOf, toOperand } from './operand.ts';
import type { Instant } from './shape.ts';
import type { Condition, Expr, ExprOf, Num, NumberExpr, StringExpr, TimestampExpr } from './types.ts';

type Constant = string | number | bigint | boolean;
type Given<V> = V extends Expr<infer T> ? T : V extends bigint ? number : V;
/** Text keeps its literals, as in `coalesce`. */
type Wide<T> = T extends number ? number : T extends boolean ? boolean : T;
/** Null where each of several values can be. */
type AllNil<V extends readonly unknown[]> = true extends {
  [K in keyof V]: null extends Given<V[K]> ? never : true;
}[number]
  ? never
  : null;

type Numbers = readonly (number | Num)[];
type Texts = readonly (string | StringExpr<string | null>)[];
type Instants = readonly TimestampExpr<Instant | null>[];

/** Texts one behind the other. A null is passed over, as if it were empty. */
export function concat(...texts: Texts): StringExpr<string> {
  const nodes = texts.map((text) => valueNode(text, 'concat(…)'));
  const other = nodes.find(({ type }) => type.kind !== 'string');
  if (other !== undefined || nodes.length === 0) {
    const given = other === undefined ? 'nothing' : `${describeNode(other)}, ${KIND_WORDS[other.type.kind]}`;
    throw new DefinitionError(
      `concat(…) was given ${given}, and needs texts, such as concat(e.city, ', ', e.country).`,
    );
  }
  return expression(callNode(concatFunction, nodes));
}

/** The least of several values of one kind. Nulls are passed over; null where all are null. */
export function least<V extends Numbers>(...values: V): NumberExpr<number | AllNil<V>>;
export function least<V extends Texts>(...values: V): StringExpr<string | AllNil<V>>;
export function least<V extends Instants>(...values: V): TimestampExpr<Instant | AllNil<V>>;
export function least(...values: unknown[]): unknown {
  return ofOneKind(leastFunction, values);
}

/** The greatest of several values of one kind. Nulls are passed over; null where all are null. */
export function greatest<V extends Numbers>(...values: V): NumberExpr<number | AllNil<V>>;
export function greatest<V extends Texts>(...values: V): StringExpr<string | AllNil<V>>;
export function greatest<V extends Instants>(...values: V): TimestampExpr<Instant | AllNil<V>>;
export function greatest(...values: unknown[]): unknown {
  return ofOneKind(greatestFunction, values);
}

/** The first of several values of one kind that is not null. Null where all are. */
export function coalesce<const V extends readonly [Expr, ...(Constant | Expr)[]]>(
  ...values: V
): ExprOf<NonNullable<Wide<Given<V[number]>>> | AllNil<V>> {
  const [first, ...others] = values as unknown as readonly [Expression, ...unknown[]];
  if (!(first instanceof Expression)) {
    throw new DefinitionError(
      `coalesce(…) was given ${describeGiven(first)} first, and begins with an expression such as e.name.`,
    );
  }
  return others.reduce<Expression>((value, other) => value.coalesce(other), first) as never;
}

/** A case whose condition stands, and waits for its value. */
export interface When<T> {
  /** The value where the condition is true. */
  then<const V extends Constant | Expr>(value: V): Then<T | Wide<Given<V>>>;
}

/** Cases, which wait for more or for the value of all others. */
export interface Then<T> {
  when(condition: Condition): When<T>;
  /** The value where none of the conditions is true: false or null. */
  otherwise<const V extends Constant | Expr | null>(value: V): ExprOf<T | Wide<Given<V>>>;
}

/**
 * The value of the first condition that is true: `when(e.status.gte(500)).then('error').otherwise('ok')`. All values are of one
 * kind; `.otherwise(null)` says that there is none.
 */
export function when(condition: Condition): When<never> {
  return new Cases([]).when(condition) as unknown as When<never>;
}

class Cases {
  /** A condition and its value, in turn. */
  readonly #operands: readonly ExpressionNode[];

  constructor(operands: readonly ExpressionNode[]) {
    this.#operands = operands;
  }

  get [WORDS](): string {
    return 'a when(…) that does not end with .otherwise(…)';
  }

  when(condition: unknown): object {
    const node = conditionOf(condition, 'when(…)');
    const take = (value: unknown) => new Cases([...this.#operands, node, this.#value(value, '.then(…) of when(…)')]);
    // biome-ignore lint/suspicious/noThenProperty: nobody awaits a case, and this is what it is called.
    return { then: take, [WORDS]: 'a when(…) that does not go on with .then(…)' };
  }

  otherwise(value: unknown): Expression {
    const last = value === null ? [] : [this.#value(value, '.otherwise(…) of when(…)')];
    return new Expression(callNode(caseFunction, [...this.#operands, ...last]));
  }

  #value(value: unknown, where: string): ExpressionNode {
    return ofKind(value, this.#operands[1], where);
  }
}

function ofOneKind(descriptor: FunctionDescriptor, values: readonly unknown[]): Expression {
  const where = `${descriptor.name}(…)`;
  if (values.length === 0) throw new DefinitionError(`${where} was given nothing, and needs values of one kind.`);
  const sample = values.find((value) => value instanceof NodeHolder);
  const first = sample === undefined ? undefined : nodeOf(sample, where);
  return new Expression(
    callNode(
      descriptor,
      values.map((value) => ofKind(value, first, where)),
    ),
  );
}

/** A value of the kind of another, where there is one. */
function ofKind(value: unknown, other: ExpressionNode | undefined, where: string): ExpressionNode {
  const node = valueNode(value, where);
  if (node.type.kind === 'json') {
    throw new DefinitionError(`${where} does not take ${describeNode(node)}, which is a list or an object.`);
  }
  if (other === undefined || node.type.kind === other.type.kind) return node;
  throw new DefinitionError(
    `${where} puts ${describeNode(other)}, ${KIND_WORDS[other.type.kind]}, together with ${describeNode(node)}, ${KIND_WORDS[node.type.kind]}: all its values are of one kind.`,
  );
}

/** The node of an expression or of a constant. */
function valueNode(value: unknown, where: string): ExpressionNode {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return { op: 'literal', value, type: { kind: typeof value as 'string' | 'boolean', nullable: false } };
    case 'number':
    case 'bigint': {
      const on: ExpressionNode = { op: 'literal', value: 0, type: typeof value === 'bigint' ? WHOLE : ANY_NUMBER };
      return toOperand(value, { method: where, on });
    }
    default:
      return nodeOf(value, where);
  }
}

const ANY_NUMBER = { kind: 'number', nullable: false } as const;
const WHOLE = { kind: 'number', nullable: false, integer: true } as const;

/** The phantom property of the public types exists for the compiler alone. */
function expression<E>(node: ExpressionNode): E {
  return new Expression(node) as unknown as E;
}
