import { METHODS, type MethodName } from '../functions/methods.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import type { ArithmeticOperator, CompareOperator, ExpressionNode, ValueKind, ValueType } from '../ir/node.ts';
import type { NodeConstant } from '../ir/whole-number.ts';
import { methodNode } from './call-node.ts';
import { changeNode } from './change-node.ts';
import { commonScale, decimalArithmetic } from './decimal-type.ts';
import { describeGiven, describeNode, KIND_WORDS, WORDS } from './given.ts';
import { type Call, NODE, NodeHolder, toExpression, toNumber, toOperand } from './operand.ts';
import { recordMade, recordRead, recordUsed } from './recorder.ts';
import { structOf } from './struct.ts';
import type { Change, ChangeOptions, Fields } from './types.ts';
import { unknownName } from './unknown-name.ts';

export { conditionOf, nodeOf } from './operand.ts';

/** Functions of `engine/functions` that are methods: given to the prototype below. */
type FunctionMethods = { readonly [N in MethodName]: (...given: unknown[]) => Expression };
const WithFunctions = NodeHolder as abstract new (node: ExpressionNode) => NodeHolder & FunctionMethods;

/**
 * What every leaf expression is at run time: its node, and the methods of all kinds. Which methods a leaf shows is a
 * matter of types (`types.ts`); operands are checked here as well, for definitions that were not type-checked.
 */
export class Expression extends WithFunctions {
  constructor(node: ExpressionNode) {
    super(node);
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

  /** A list of constants is one node. With expressions in it, it is what SQL says it means: `a = b OR a IN (1, 2)`. */
  in(values: unknown): Expression {
    const on = this.#useSimple('in');
    const call = { method: 'in', on };
    if (!Array.isArray(values)) {
      throw new DefinitionError(
        `in() on ${describeNode(on)} was given ${describeGiven(values)}, and needs a list of values or expressions, such as [200, e.status].`,
      );
    }
    if (values.length === 0)
      throw new DefinitionError(`in([]) on ${describeNode(on)} is never true: list at least one value.`);
    // Not map(), which passes the holes of a list by.
    const operands = Array.from(values, (value) => toOperand(value, call));
    const constants = operands.flatMap((operand) => (operand.op === 'literal' ? [operand.value] : []));
    const others = operands.filter((operand) => operand.op !== 'literal');
    const tests: ExpressionNode[] = [
      ...(constants.length === 0 ? [] : [inConstants(on, constants)]),
      ...others.map((right) => compared('eq', on, right)),
    ];
    const [first] = tests;
    return new Expression(
      first !== undefined && tests.length === 1 ? first : { op: 'or', operands: tests, type: condition(tests) },
    );
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

  /** Null only where both are. */
  coalesce(other: unknown): Expression {
    const operand = this.#useSimple('coalesce');
    const fallback = toOperand(other, { method: 'coalesce', on: operand });
    const integer = bothIntegers(operand, fallback);
    const scale = commonScale(operand, fallback);
    const nullable = operand.type.nullable && fallback.type.nullable;
    const type = {
      kind: operand.type.kind,
      nullable,
      ...(integer && { integer }),
      ...(scale !== undefined && { scale }),
    };
    return new Expression({
      op: 'coalesce',
      operand,
      fallback: fallback.op === 'literal' ? fallback.value : fallback,
      type,
    });
  }

  urlPath(): Expression {
    const operand = this.#use('string', 'urlPath');
    return new Expression({ op: 'urlPath', operand, type: operand.type });
  }

  msSince(other: unknown): Expression {
    const left = this.#use('instant', 'msSince');
    const right = toExpression(other, 'instant', { method: 'msSince', on: left });
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

  get [WORDS](): string {
    return describeNode(this[NODE]);
  }

  [Symbol.toPrimitive](): never {
    throw new DefinitionError(
      `${describeNode(this[NODE])} is an expression, not a value: JavaScript's operators do not work on it. Write a.add(b), a.gt(b), a.eq(b) and so on.`,
    );
  }

  #use(kind?: ValueKind, method?: string): ExpressionNode {
    const node = this[NODE];
    recordUsed(this, () => describeNode(node));
    if (kind !== undefined && node.type.kind !== kind) {
      throw new DefinitionError(
        `${method}() needs ${KIND_WORDS[kind]}, and ${describeNode(node)} is ${KIND_WORDS[node.type.kind]}.`,
      );
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
    return new Expression(compared(operator, left, toOperand(other, { method: operator, on: left })));
  }

  #logic(op: 'and' | 'or', others: readonly unknown[]): Expression {
    const first = this.#use('boolean', op);
    const call: Call = { method: op, on: first };
    const operands = [first, ...others.map((other) => toExpression(other, 'boolean', call))];
    return new Expression({ op, operands, type: condition(operands) });
  }

  #arithmetic(operator: ArithmeticOperator, other: unknown): Expression {
    const left = this.#use('number', operator);
    const right = toNumber(other, { method: operator, on: left });
    const integer = operator !== 'div' && bothIntegers(left, right);
    const type = {
      kind: 'number',
      nullable: operator === 'div' || anyNull([left, right]),
      ...(integer && { integer }),
    } as const;
    return new Expression(decimalArithmetic({ op: 'arithmetic', operator, left, right, type }));
  }
}

for (const name of Object.keys(METHODS) as MethodName[]) {
  const value = function (this: Expression, ...given: unknown[]): Expression {
    const on = this[NODE];
    recordUsed(this, () => describeNode(on));
    return new Expression(methodNode(name, on, given));
  };
  Object.defineProperty(Expression.prototype, name, { value, configurable: true, writable: true });
}

/**
 * The fields of a struct as an object: `e.device.os`. Reading a missing field throws and names the nearest one.
 * TypeScript says so earlier, but not every definition is type-checked.
 */
export function fieldsOf(struct: StructShape, where: string, path: readonly string[] = [], nullable = false): object {
  const built = new Map<string, object>();
  const fields: object = new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string') return undefined;
      const field = struct.fields.get(name);
      recordRead(fields, () => `'${[...path, name].join('.')}'`);
      if (!field && name === 'isNull' && path.length > 0) return () => isNullStruct(struct, path);
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
  return fields;
}

/** Whether a row of a join lacks a side. Of other objects only their fields are kept. */
function isNullStruct({ isSide }: StructShape, path: readonly string[]): Expression {
  const name = path.join('.');
  if (isSide !== true) {
    throw new DefinitionError(
      `isNull() does not look at '${name}', which is an object of fields: it takes a value, or a side of a join that its rows can lack. Ask for a field that is always there, such as e.${name}.id.isNull().`,
    );
  }
  return new Expression({ op: 'field', path, type: { kind: 'json', nullable: true } }).isNull();
}

function fieldExpression(field: FieldShape, where: string, path: readonly string[], nullable: boolean): object {
  if (field.shape === 'struct') return fieldsOf(field, where, path, nullable || field.nullable);
  const type: ValueType = nullable && !field.type.nullable ? { ...field.type, nullable: true } : field.type;
  return new Expression({ op: 'field', path, type });
}

function compared(operator: CompareOperator, left: ExpressionNode, right: ExpressionNode): ExpressionNode {
  return { op: 'compare', operator, left, right, type: condition([left, right]) };
}

function inConstants(operand: ExpressionNode, values: readonly NodeConstant[]): ExpressionNode {
  return { op: 'in', operand, values, type: condition([operand]) };
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
