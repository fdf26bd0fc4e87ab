import type { ArithmeticOperator, ExpressionNode, Value } from '../../../engine/ir/node.ts';
import { fromNodeConstant } from '../../../engine/ir/whole-number.ts';
import { naiveCall } from './naive-functions.ts';

/**
 * The meaning of expressions, as plainly as it can be said: what compiled code is compared with. Conditions are numbers
 * here (false 0, unknown ½, true 1), for which `and` is the minimum and `or` the maximum.
 */
export function interpret(node: ExpressionNode, root: object): Value {
  const value = (operand: ExpressionNode) => interpret(operand, root);
  switch (node.op) {
    case 'field':
      return fieldOf(root, node.path);
    case 'literal':
      return fromNodeConstant(node.value, node.type.kind);
    case 'compare':
      return withBoth(beside(node.right, value(node.left)), beside(node.left, value(node.right)), (a, b) =>
        ORDERS[node.operator].includes(orderOf(a, b)),
      );
    case 'in': {
      const operand = value(node.operand);
      if (operand === null) return null;
      return node.values.some((value) => {
        const constant = beside(node.operand, fromNodeConstant(value, node.operand.type.kind));
        return constant !== null && orderOf(constant, operand) === 0;
      });
    }
    case 'isNull':
      return value(node.operand) === null;
    case 'and':
      return toCondition(Math.min(...node.operands.map((operand) => fromCondition(value(operand)))));
    case 'or':
      return toCondition(Math.max(...node.operands.map((operand) => fromCondition(value(operand)))));
    case 'not':
      return toCondition(1 - fromCondition(value(node.operand)));
    case 'arithmetic':
      return withBoth(value(node.left), value(node.right), (a, b) => calculate(node.operator, Number(a), Number(b)));
    case 'coalesce':
      return (
        beside(node, value(node.operand)) ??
        (typeof node.fallback === 'object'
          ? beside(node, value(node.fallback))
          : beside(node, fromNodeConstant(node.fallback, node.type.kind)))
      );
    case 'urlPath':
      return withBoth(value(node.operand), true, (url) => pathOf(String(url)));
    case 'call': {
      const values = node.operands.map((operand) => {
        const given = value(operand);
        return PASS_ON.includes(node.name) ? beside(node, given) : typeof given === 'bigint' ? Number(given) : given;
      });
      return naiveCall(node.name, values, node.settings);
    }
    case 'lookup': {
      const key = value(node.operand);
      return node.entries.find(([known]) => known === (typeof key === 'bigint' ? Number(key) : key))?.[1] ?? null;
    }
    case 'windowTotal':
    case 'rowOperator':
    case 'member':
      throw new Error('A row operator has no value by itself: it needs the rows before.');
    case 'msSince':
      return withBoth(value(node.left), value(node.right), (a, b) => Number(a) - Number(b));
  }
}

/** Beside a double a whole number of 64 bits is one too. */
function beside(other: ExpressionNode, value: Value): Value {
  return typeof value === 'bigint' && !isExact(other) ? Number(value) : value;
}

/** Functions whose result is one of the values that they are given. */
const PASS_ON = ['case', 'greatest', 'least'];

const GIVES_WHOLE = ['datePart', 'dayOfWeek', 'hour', 'length'];

/** As it came, or of instants: no arithmetic. */
function isExact(node: ExpressionNode): boolean {
  if (node.op === 'literal' || node.op === 'msSince') return true;
  if (node.op === 'call') {
    if (GIVES_WHOLE.includes(node.name)) return true;
    const values = node.name === 'case' ? node.operands.filter(({ type }) => type.kind === 'number') : node.operands;
    return PASS_ON.includes(node.name) && node.type.integer === true && values.every(isExact);
  }
  if (node.op !== 'coalesce') return node.op === 'field' && node.type.integer === true;
  const { operand, fallback, type } = node;
  return type.integer === true && isExact(operand) && (typeof fallback !== 'object' || isExact(fallback));
}

type Present = string | number | bigint | boolean;

function fieldOf(root: object, path: readonly string[]): Value {
  let current: unknown = root;
  for (const name of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, name)) return null;
    current = (current as Record<string, unknown>)[name];
  }
  return (current as Value | undefined) ?? null;
}

function withBoth(a: Value, b: Value, combine: (a: Present, b: Present) => Value): Value {
  return a === null || b === null ? null : combine(a, b);
}

const fromCondition = (value: Value) => (value === null ? 0.5 : Number(value));
const toCondition = (degree: number) => (degree === 0.5 ? null : degree === 1);

/** Texts by code point: as the bytes of their UTF-8. */
function orderOf(a: Present, b: Present): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  // A bigint and a number compare by what they are worth.
  return a < b ? -1 : a > b ? 1 : 0;
}

const ORDERS = { eq: [0], ne: [-1, 1], gt: [1], gte: [0, 1], lt: [-1], lte: [-1, 0] };

/** Null is what is not finite, and so what is divided by zero. There is no −0. */
function calculate(operator: ArithmeticOperator, a: number, b: number): number | null {
  const result = { add: a + b, sub: a - b, mul: a * b, div: a / b }[operator];
  return Number.isFinite(result) ? result || 0 : null;
}

function pathOf(url: string): string {
  const [beforeQuery = ''] = url.split(/[?#]/);
  const afterScheme = beforeQuery.replace(/^[A-Za-z][A-Za-z0-9+.-]*:/, '');
  const path = afterScheme.startsWith('//') ? ['', ...afterScheme.split('/').slice(3)].join('/') : afterScheme;
  return path || '/';
}
