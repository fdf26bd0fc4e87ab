import type { CompareOperator, ExpressionNode, Value } from './node.ts';
import * as semantics from './semantics.ts';

/**
 * Expressions to JavaScript source. The source of one view's expressions becomes one function, which V8 compiles to
 * straight code; interpreting the nodes for every event costs several times as much.
 *
 * Every name and value of the definition enters the source through `JSON.stringify`, as a property key or a literal.
 */
export interface Scope {
  /** The variable that fields are read from. */
  readonly root: string;
  /** Columns that `derive` added: the local variables that hold them. */
  readonly locals: ReadonlyMap<string, string>;
  readonly constants: Constants;
}

/** Values that the source refers to as `constants[0]`, `constants[1]`, … */
export class Constants {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `constants[${this.values.push(value) - 1}]`;
  }
}

export function compileExpression(node: ExpressionNode, scope: Scope): string {
  const compile = (operand: ExpressionNode) => compileExpression(operand, scope);
  switch (node.op) {
    case 'field':
      return compileField(node, scope);
    case 'literal':
      return JSON.stringify(node.value);
    case 'compare':
      return compileCompare(node, compile(node.left), compile(node.right));
    case 'in':
      return `$.isIn(${scope.constants.add(new Set(node.values))}, ${compile(node.operand)})`;
    case 'isNull':
      return `(${compile(node.operand)} === null)`;
    case 'and':
    case 'or':
      return compileLogic(node.op, node.operands, compile);
    case 'not':
      return canBeNull(node.operand) ? `$.not(${compile(node.operand)})` : `(!${compile(node.operand)})`;
    case 'arithmetic':
      return `$.${node.operator}(${compile(node.left)}, ${compile(node.right)})`;
    case 'coalesce':
      return `(${compile(node.operand)} ?? ${JSON.stringify(node.fallback)})`;
    case 'urlPath':
      return `$.urlPath(${compile(node.operand)})`;
    case 'msSince':
      return `$.sub(${compile(node.left)}, ${compile(node.right)})`;
  }
}

/** Whether a value can be null at run time. Arithmetic can always: its result may be beyond the range of a double. */
export function canBeNull(node: ExpressionNode): boolean {
  return node.type.nullable || node.op === 'arithmetic';
}

/** A function of the given parameters, with `$` for the semantics and `constants` bound. */
export function compileFunction<F>(parameters: readonly string[], body: string, constants: Constants): F {
  const make = new Function('$', 'constants', `'use strict'; return (${parameters.join(', ')}) => {\n${body}\n};`);
  return make(semantics, constants.values) as F;
}

/** One expression as a function of the object that holds its fields. */
export function compileToFunction(node: ExpressionNode): (root: object) => Value {
  const constants = new Constants();
  const source = compileExpression(node, { root: 'root', locals: new Map(), constants });
  return compileFunction(['root'], `return ${source};`, constants);
}

function compileField(node: ExpressionNode & { op: 'field' }, scope: Scope): string {
  const [first = '', ...rest] = node.path;
  const local = rest.length === 0 ? scope.locals.get(first) : undefined;
  if (local !== undefined) return local;
  const link = node.type.nullable ? '?.' : '';
  const access = `${scope.root}[${JSON.stringify(first)}]${rest.map((name) => `${link}[${JSON.stringify(name)}]`).join('')}`;
  return node.type.nullable ? `(${access} ?? null)` : access;
}

const SIGN_TEST: Readonly<Record<CompareOperator, string>> = {
  eq: '===',
  ne: '!==',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

function compileCompare(node: ExpressionNode & { op: 'compare' }, left: string, right: string): string {
  const nullable = canBeNull(node.left) || canBeNull(node.right);
  const sign = SIGN_TEST[node.operator];
  if (node.operator === 'eq' || node.operator === 'ne') {
    if (!nullable) return `(${left} ${sign} ${right})`;
    return `$.${node.operator === 'eq' ? 'equal' : 'notEqual'}(${left}, ${right})`;
  }
  const text = node.left.type.kind === 'string';
  if (nullable) return `$.unlessNull(${left}, ${right}, $.order(${left}, ${right}) ${sign} 0)`;
  return text ? `($.order(${left}, ${right}) ${sign} 0)` : `(${left} ${sign} ${right})`;
}

function compileLogic(
  op: 'and' | 'or',
  operands: readonly ExpressionNode[],
  compile: (node: ExpressionNode) => string,
): string {
  if (!operands.some(canBeNull)) return `(${operands.map(compile).join(op === 'and' ? ' && ' : ' || ')})`;
  return operands.map(compile).reduce((left, right) => `$.${op}(${left}, ${right})`);
}
