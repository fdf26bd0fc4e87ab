import { DefinitionError } from '../ir/errors.ts';
import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import type { ArithmeticOperator, CompareOperator, ExpressionNode, ValueKind, ValueType } from '../ir/node.ts';
import { changeNode } from './change-node.ts';
import { recordMade, recordUsed } from './recorder.ts';
import { structOf } from './struct.ts';
import type { Change, ChangeOptions, Fields } from './types.ts';
import { unknownName } from './unknown-name.ts';

const NODE = Symbol('node');

type Literal = string | number | boolean;

/**
 * What every leaf expression is at run time: its node, and the methods of all kinds. Which methods a leaf shows is a
 * matter of types (`types.ts`); operands are checked here as well, for definitions that were not type-checked.
 */
export class Expression {
  readonly [NODE]: ExpressionNode;

  constructor(node: ExpressionNode) {
    this[NODE] = node;
    if (node.op !== 'field') recordMade(this, 'an expression is made');
  }

  eq(other: unknown): Expression {
    return this.#compare('eq', other);
  }
  ne(other: unknown): Expression {
    return this.#compare('ne', other);
  }
  gt(other: unknown): Expression {
    return this.#compare('gt', other);
  }
  gte(other: unknown): Expression {
    return this.#compare('gte', other);
  }
  lt(other: unknown): Expression {
    return this.#compare('lt', other);
  }
  lte(other: unknown): Expression {
    return this.#compare('lte', other);
  }

  in(values: readonly Literal[]): Expression {
    const operand = this.#useSimple('in');
    if (!Array.isArray(values)) {
      throw new DefinitionError(
        `in() on ${describeNode(operand)} was given ${describeOther(values)}, and needs a list of values.`,
      );
    }
    if (values.length === 0)
      throw new DefinitionError(`in([]) on ${describeNode(operand)} is never true: list at least one value.`);
    for (const value of values) toOperand(value, operand.type.kind, 'in', operand);
    return new Expression({ op: 'in', operand, values: [...values], type: condition([operand]) });
  }

  isNull(): Expression {
    return new Expression({ op: 'isNull', operand: this.#use(), type: { kind: 'boolean', nullable: false } });
  }

  and(...conditions: unknown[]): Expression {
    return this.#logic('and', conditions);
  }
  or(...conditions: unknown[]): Expression {
    return this.#logic('or', conditions);
  }
  not(): Expression {
    const operand = this.#use('boolean', 'not');
    return new Expression({ op: 'not', operand, type: condition([operand]) });
  }

  add(other: unknown): Expression {
    return this.#arithmetic('add', other);
  }
  sub(other: unknown): Expression {
    return this.#arithmetic('sub', other);
  }
  mul(other: unknown): Expression {
    return this.#arithmetic('mul', other);
  }
  div(other: unknown): Expression {
    return this.#arithmetic('div', other);
  }

  coalesce(fallback: Literal): Expression {
    const operand = this.#useSimple('coalesce');
    const { kind } = operand.type;
    const integer = bothIntegers(operand, toOperand(fallback, kind, 'coalesce', operand));
    return new Expression({
      op: 'coalesce',
      operand,
      fallback,
      type: { kind, nullable: false, ...(integer && { integer }) },
    });
  }

  urlPath(): Expression {
    const operand = this.#use('string', 'urlPath');
    return new Expression({ op: 'urlPath', operand, type: operand.type });
  }

  msSince(other: unknown): Expression {
    const left = this.#use('instant', 'msSince');
    const right = toOperand(other, 'instant', 'msSince', left);
    return new Expression({
      op: 'msSince',
      left,
      right,
      type: { kind: 'number', nullable: anyNull([left, right]), integer: true },
    });
  }

  changeOver(options: ChangeOptions): Fields<Change> {
    return structOf(changeNode(this.#use(), options), (leaf) => new Expression(leaf));
  }

  [Symbol.toPrimitive](): never {
    throw new DefinitionError(
      `${describeNode(this[NODE])} is an expression, not a value: JavaScript's operators do not work on it. Write a.add(b), a.gt(b), a.eq(b) and so on.`,
    );
  }

  #use(kind?: ValueKind, method?: string): ExpressionNode {
    recordUsed(this);
    const node = this[NODE];
    if (kind !== undefined && node.type.kind !== kind) {
      throw new DefinitionError(`${method}() needs a ${kind}, and ${describeNode(node)} is a ${node.type.kind}.`);
    }
    return node;
  }

  /** Not a list or an object, which JavaScript would compare by identity and SQL by content. */
  #useSimple(method: string): ExpressionNode {
    const node = this.#use();
    if (node.type.kind !== 'json') return node;
    throw new DefinitionError(
      `${method}() does not look into ${describeNode(node)}, which is a list or an object: of expressions, only isNull() takes it.`,
    );
  }

  #compare(operator: CompareOperator, other: unknown): Expression {
    const left = this.#useSimple(operator);
    const right = toOperand(other, left.type.kind, operator, left);
    return new Expression({ op: 'compare', operator, left, right, type: condition([left, right]) });
  }

  #logic(op: 'and' | 'or', others: readonly unknown[]): Expression {
    const first = this.#use('boolean', op);
    const operands = [first, ...others.map((other) => toExpression(other, 'boolean', op, first))];
    return new Expression({ op, operands, type: condition(operands) });
  }

  #arithmetic(operator: ArithmeticOperator, other: unknown): Expression {
    const left = this.#use('number', operator);
    const right = toOperand(other, 'number', operator, left);
    const integer = operator !== 'div' && bothIntegers(left, right);
    const type = {
      kind: 'number',
      nullable: operator === 'div' || anyNull([left, right]),
      ...(integer && { integer }),
    } as const;
    return new Expression({ op: 'arithmetic', operator, left, right, type });
  }
}

/** The node of an expression. `where` names what it was given to. */
export function nodeOf(expression: unknown, where: string): ExpressionNode {
  if (expression instanceof Expression) {
    recordUsed(expression);
    return expression[NODE];
  }
  throw new DefinitionError(
    `${where} was given ${describeOther(expression)}, and needs an expression such as e.amount or e.status.gte(500).`,
  );
}

/** The node of a condition. `where` names what it was given to. */
export function conditionOf(expression: unknown, where: string): ExpressionNode {
  const node = nodeOf(expression, where);
  if (node.type.kind === 'boolean') return node;
  throw new DefinitionError(
    `${where} was given ${describeNode(node)}, a ${node.type.kind}, and needs a condition such as e.status.gte(500).`,
  );
}

/**
 * The fields of a struct as an object: `e.device.os`. Reading a missing field throws and names the nearest one.
 * TypeScript says so earlier, but not every definition is type-checked.
 */
export function fieldsOf(struct: StructShape, where: string, path: readonly string[] = [], nullable = false): object {
  const built = new Map<string, object>();
  return new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string') return undefined;
      const field = struct.fields.get(name);
      if (!field) throw unknownName(where, name, [...struct.fields.keys()], path);
      const expression = built.get(name) ?? fieldExpression(field, where, [...path, name], nullable);
      built.set(name, expression);
      if (expression instanceof Expression) recordMade(expression, `field '${[...path, name].join('.')}' is read`);
      return expression;
    },
    has: (_target, name) => typeof name === 'string' && struct.fields.has(name),
    ownKeys: () => [...struct.fields.keys()],
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === 'string' && struct.fields.has(name) ? { enumerable: true, configurable: true } : undefined,
  });
}

function fieldExpression(field: FieldShape, where: string, path: readonly string[], nullable: boolean): object {
  if (field.shape === 'struct') return fieldsOf(field, where, path, nullable || field.nullable);
  const type: ValueType = nullable && !field.type.nullable ? { ...field.type, nullable: true } : field.type;
  return new Expression({ op: 'field', path, type });
}

/** An expression, or a value of the same kind. */
function toOperand(other: unknown, kind: ValueKind, method: string, left: ExpressionNode): ExpressionNode {
  const isLiteral = typeof other === kind && (typeof other !== 'number' || Number.isFinite(other));
  if (isLiteral && (typeof other === 'string' || typeof other === 'number' || typeof other === 'boolean')) {
    const integer = typeof other === 'number' && Number.isSafeInteger(other);
    return { op: 'literal', value: other, type: { kind, nullable: false, ...(integer && { integer }) } };
  }
  return toExpression(other, kind, method, left);
}

function toExpression(other: unknown, kind: ValueKind, method: string, left: ExpressionNode): ExpressionNode {
  if (!(other instanceof Expression)) {
    throw new DefinitionError(`${method}() on ${describeNode(left)}, a ${kind}, was given ${describeOther(other)}.`);
  }
  const node = nodeOf(other, method);
  if (node.type.kind !== kind) {
    throw new DefinitionError(
      `${method}() puts ${describeNode(left)}, a ${kind}, together with ${describeNode(node)}, a ${node.type.kind}.`,
    );
  }
  return node;
}

function condition(operands: readonly ExpressionNode[]): ValueType {
  return { kind: 'boolean', nullable: anyNull(operands) };
}

function anyNull(operands: readonly ExpressionNode[]): boolean {
  return operands.some((operand) => operand.type.nullable);
}

function bothIntegers(a: ExpressionNode, b: ExpressionNode): boolean {
  return a.type.integer === true && b.type.integer === true;
}

function describeNode(node: ExpressionNode): string {
  if (node.op === 'rowOperator') return `the result of ${node.kind}(…)`;
  if (node.op === 'member') return `'${node.name}' of ${node.operand.kind}(…)`;
  return node.op === 'field'
    ? `'${node.path.join('.')}'`
    : `the result of ${node.op === 'compare' || node.op === 'arithmetic' ? node.operator : node.op}()`;
}

function describeOther(other: unknown): string {
  if (other === null || other === undefined) return `${other}`;
  if (typeof other === 'object') return 'an object (a struct is no value: name one of its fields)';
  if (typeof other === 'function') return 'the function';
  return `the ${typeof other} ${typeof other === 'string' ? JSON.stringify(other) : String(other)}`;
}
