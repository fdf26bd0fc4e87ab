import { functionOf } from '../functions/registry.ts';
import { BugError } from '../ir/bug-error.ts';
import type {
  AnyRowOperatorNode,
  ColumnNode,
  ColumnValue,
  CompareOperator,
  ExpressionNode,
  Value,
  ValueType,
  WindowTotalNode,
} from '../ir/node.ts';
import { fromNodeConstant, type NodeConstant } from '../ir/whole-number.ts';
import { isInherited } from './own-field.ts';
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
  /** Elements of exploded lists: the local variables that hold them, whose fields are read from there. */
  readonly elements?: ReadonlyMap<string, string>;
  /** Fields are columns of a row, which were computed: null where a sum was beyond the range of a double. */
  readonly isRow?: boolean;
  /** The function that gives what a row operator makes of the row. */
  readonly operators?: string;
  /** The source of what is computed elsewhere: it stands in the place of the node's own. Undefined where it is not. */
  readonly instead?: (node: ExpressionNode) => string | undefined;
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
  const instead = scope.instead?.(node);
  if (instead !== undefined) return instead;
  const compile = (operand: ExpressionNode) => compileExpression(operand, scope);
  switch (node.op) {
    case 'field':
      return compileField(node, scope);
    case 'literal':
      return compileConstant(node.value, node.type);
    case 'compare':
      return compileCompare(node, scope);
    case 'in':
      return compileIn(node, scope);
    case 'isNull':
      return `(${compile(node.operand)} === null)`;
    case 'and':
    case 'or':
      return compileLogic(node, scope);
    case 'not':
      return canBeNull(node.operand, scope) ? `$.not(${compile(node.operand)})` : `(!${compile(node.operand)})`;
    case 'arithmetic':
      return `$.${node.operator}(${compileDouble(node.left, scope)}, ${compileDouble(node.right, scope)})`;
    case 'coalesce':
      return compileCoalesce(node, scope);
    case 'urlPath':
      return `$.urlPath(${compile(node.operand)})`;
    case 'msSince':
      return `$.sub(${compile(node.left)}, ${compile(node.right)})`;
    case 'call':
      return compileCall(node, scope);
    case 'lookup':
      return `(${scope.constants.add(new Map(node.entries))}.get(${compileDouble(node.operand, scope)}) ?? null)`;
    case 'rowOperator':
    case 'windowTotal':
      return compileOperator(node, scope);
    case 'member':
      return `${compileOperator(node.operand, scope)}[${JSON.stringify(node.name)}]`;
  }
}

/**
 * Whether a value can be null at run time, which its type does not always say: the result of arithmetic may be beyond the
 * range of a double, and so what is made of it is not known. Without a scope, fields are what their types say.
 */
export function canBeNull(node: ExpressionNode, scope?: Pick<Scope, 'locals' | 'isRow'>): boolean {
  switch (node.op) {
    case 'field':
      return node.type.nullable || scope?.isRow === true || (scope !== undefined && localOf(node, scope) !== undefined);
    case 'literal':
    case 'isNull':
      return false;
    case 'coalesce':
      return typeof node.fallback === 'object' && canBeNull(node.operand, scope) && canBeNull(node.fallback, scope);
    case 'arithmetic':
      return true;
    case 'compare':
    case 'msSince':
      return canBeNull(node.left, scope) || canBeNull(node.right, scope);
    case 'and':
    case 'or':
      return node.operands.some((operand) => canBeNull(operand, scope));
    case 'call':
      return functionOf(node).canBeNull(node.operands.map((operand) => canBeNull(operand, scope)));
    case 'in':
    case 'not':
    case 'urlPath':
      return canBeNull(node.operand, scope);
    case 'lookup':
    case 'windowTotal':
    case 'rowOperator':
    case 'member':
      return true;
  }
}

/** A function of the given parameters, with `$` for the semantics and `constants` bound. */
export function compileFunction<F>(parameters: readonly string[], body: string, constants: Constants): F {
  const make = new Function('$', 'constants', `'use strict'; return (${parameters.join(', ')}) => {\n${body}\n};`);
  return make(semantics, constants.values) as F;
}

/** What a row operator, or a total of the window, makes of the row that is being made. */
export type OperatorResults = (node: AnyRowOperatorNode | WindowTotalNode) => ColumnValue;

/** One expression as a function of the row, or other object, that holds its fields. */
export function compileToFunction(node: ExpressionNode): (root: object) => Value {
  return compileColumn(node) as (root: object) => Value;
}

/** A column as a function of the row with the columns before it, and of the results of its row operators. */
export function compileColumn(node: ColumnNode): (root: object, operators: OperatorResults) => ColumnValue {
  const constants = new Constants();
  const scope: Scope = { root: 'root', locals: new Map(), isRow: true, operators: 'operators', constants };
  const source = node.op === 'structOperator' ? compileOperator(node, scope) : compileExpression(node, scope);
  return compileFunction(['root', 'operators'], `return ${source};`, constants);
}

function compileOperator(node: AnyRowOperatorNode | WindowTotalNode, { operators, constants }: Scope): string {
  const name = node.op === 'windowTotal' ? node.op : node.kind;
  if (operators === undefined) throw new BugError(`The row operator '${name}' stands where there are no rows.`);
  return `${operators}(${constants.add(node)})`;
}

function compileField(node: ExpressionNode & { op: 'field' }, scope: Scope): string {
  const local = localOf(node, scope);
  if (local !== undefined) return local;
  const element = scope.elements?.get(node.path[0] ?? '');
  const path = element === undefined ? node.path : node.path.slice(1);
  const access = path.reduce((owner, name, level) => {
    const key = JSON.stringify(name);
    if (isInherited(name)) return `$.ownField(${owner}, ${key})`;
    const mayLack = (level > 0 || element !== undefined) && node.type.nullable;
    return `${owner}${mayLack ? '?.' : ''}[${key}]`;
  }, element ?? scope.root);
  return node.type.nullable ? `(${access} ?? null)` : access;
}

function localOf(node: ExpressionNode & { op: 'field' }, scope: Pick<Scope, 'locals'>): string | undefined {
  const [name = '', ...deeper] = node.path;
  return deeper.length === 0 ? scope.locals.get(name) : undefined;
}

const SIGN_TEST: Readonly<Record<CompareOperator, string>> = {
  eq: '===',
  ne: '!==',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

function compileCompare(node: ExpressionNode & { op: 'compare' }, scope: Scope): string {
  // Of a whole number and a double both are compared as doubles, as in SQL.
  const asDoubles = isDouble(node.left) || isDouble(node.right);
  const compile = asDoubles ? compileDouble : compileExpression;
  const left = compile(node.left, scope);
  const right = compile(node.right, scope);
  const nullable = canBeNull(node, scope);
  const sign = SIGN_TEST[node.operator];
  if (node.operator === 'eq' || node.operator === 'ne') {
    // A sum of whole numbers is a double, and no bigint, wherever it lies: `===` would not take the two for one.
    const isMixed = !asDoubles && canBeWide(node.left) && canBeWide(node.right);
    if (isMixed) return `$.unlessNull(${left}, ${right}, $.order(${left}, ${right}) ${sign} 0)`;
    if (!nullable) return `(${left} ${sign} ${right})`;
    return `$.${node.operator === 'eq' ? 'equal' : 'notEqual'}(${left}, ${right})`;
  }
  const text = node.left.type.kind === 'string';
  if (nullable) return `$.unlessNull(${left}, ${right}, $.order(${left}, ${right}) ${sign} 0)`;
  return text ? `($.order(${left}, ${right}) ${sign} 0)` : `(${left} ${sign} ${right})`;
}

function compileIn({ operand, values }: ExpressionNode & { op: 'in' }, scope: Scope): string {
  const constants = values.map((value) => {
    const constant = fromNodeConstant(value, operand.type.kind);
    return typeof constant === 'bigint' && isDouble(operand) ? Number(constant) : constant;
  });
  return `$.isIn(${scope.constants.add(new Set(constants))}, ${compileExpression(operand, scope)})`;
}

function compileCoalesce(node: ExpressionNode & { op: 'coalesce' }, scope: Scope): string {
  const { operand, fallback } = node;
  // With a double among them, all are doubles, as a column of SQL is of one type.
  const compile = (inner: ExpressionNode) =>
    isDouble(node) ? compileDouble(inner, scope) : compileExpression(inner, scope);
  const otherwise =
    typeof fallback === 'object'
      ? compile(fallback)
      : compileConstant(isDouble(node) ? Number(fallback) : fallback, operand.type);
  return `(${compile(operand)} ?? ${otherwise})`;
}

/** A function of values is asked only where they are all there, unless nulls mean something to it. */
function compileCall(node: ExpressionNode & { op: 'call' }, scope: Scope): string {
  const descriptor = functionOf(node);
  // Of numbers, those that it gives as they are stay exact, as in `coalesce`.
  const passed = descriptor.passesOn?.(node.operands.length) ?? [];
  const operands = node.operands.map((operand, index) => {
    const isKept = passed.includes(index) && !isDouble(node);
    return operand.type.kind === 'number' && !isKept
      ? compileDouble(operand, scope)
      : compileExpression(operand, scope);
  });
  if (descriptor.source !== undefined) return descriptor.source(operands);
  const compute = descriptor.js(node.settings) as semantics.Compute;
  const isGuarded = descriptor.seesNulls !== true && node.operands.some((operand) => canBeNull(operand, scope));
  return `${scope.constants.add(isGuarded ? semantics.guarded(compute, operands.length) : compute)}(${operands.join(', ')})`;
}

function compileConstant(value: NodeConstant, { kind }: ValueType): string {
  return kind === 'number' && typeof value === 'string' ? `${value}n` : JSON.stringify(value);
}

/** A number as the double that arithmetic is on, whatever it is kept as. */
function compileDouble(node: ExpressionNode, scope: Scope): string {
  const compiled = compileExpression(node, scope);
  return canBeWide(node) ? `$.double(${compiled})` : compiled;
}

/** Whether a value can be a whole number beyond 2^53, which is a bigint. */
export function canBeWide(node: ExpressionNode): boolean {
  if (!isExact(node) || node.op === 'msSince') return false;
  if (node.op === 'literal') return typeof node.value === 'string';
  if (node.op === 'call') return passedOn(node).some(canBeWide);
  if (node.op !== 'coalesce') return true;
  const { operand, fallback } = node;
  return canBeWide(operand) || (typeof fallback === 'object' ? canBeWide(fallback) : typeof fallback === 'string');
}

/** A whole number as it came, or a difference of instants. What arithmetic made is a double. */
export function isExact(node: ExpressionNode): boolean {
  if (node.type.kind !== 'number' || node.type.integer !== true) return false;
  if (node.op === 'call') {
    const passed = passedOn(node);
    return functionOf(node).isExact === true || (passed.length > 0 && passed.every(isExact));
  }
  if (node.op !== 'coalesce') return node.op === 'field' || node.op === 'literal' || node.op === 'msSince';
  return isExact(node.operand) && (typeof node.fallback !== 'object' || isExact(node.fallback));
}

/** The operands of a function whose values it gives as they are. */
export function passedOn(node: ExpressionNode & { op: 'call' }): readonly ExpressionNode[] {
  const passed = functionOf(node).passesOn?.(node.operands.length) ?? [];
  return passed.map((index) => node.operands[index] as ExpressionNode);
}

/** A number beside which whole ones are doubles too. A constant is what it is beside it. */
function isDouble(node: ExpressionNode): boolean {
  return node.type.kind === 'number' && !isExact(node) && node.op !== 'literal';
}

function compileLogic(node: ExpressionNode & { op: 'and' | 'or' }, scope: Scope): string {
  const operands = node.operands.map((operand) => compileExpression(operand, scope));
  if (canBeNull(node, scope)) return operands.reduce((left, right) => `$.${node.op}(${left}, ${right})`);
  return `(${operands.join(node.op === 'and' ? ' && ' : ' || ')})`;
}
