import type { ExpressionNode, ValueKind } from '../ir/node.ts';
import { isWindow } from '../ir/window.ts';

/** What an object of a definition says of itself in messages, such as "the aggregate sum(…)". */
export const WORDS = Symbol('words');

/** A kind of values with its article. */
export const KIND_WORDS: Readonly<Record<ValueKind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  instant: 'an instant',
  json: 'a list or an object',
};

export function describeNode(node: ExpressionNode): string {
  if (node.op === 'rowOperator') return `the result of ${node.kind}(…)`;
  if (node.op === 'member') return `'${node.name}' of ${node.operand.kind}(…)`;
  if (node.op === 'call') return `the result of ${node.name}()`;
  if (node.op === 'lookup') return `'${node.column}' of ${node.table}(…)`;
  return node.op === 'field'
    ? `'${node.path.join('.')}'`
    : `the result of ${node.op === 'compare' || node.op === 'arithmetic' ? node.operator : node.op}()`;
}

/** Words for what a method was given and does not take: anything at all, as a definition need not be type-checked. */
export function describeGiven(given: unknown): string {
  switch (typeof given) {
    case 'string':
      return `the string ${JSON.stringify(given)}`;
    case 'bigint':
      return `the bigint ${given}n`;
    case 'function':
      return given.name === '' ? 'a function' : `the function '${given.name}'`;
    case 'undefined':
      return 'undefined';
    case 'object':
      return given === null ? 'null' : describeObject(given);
    default:
      return `the ${typeof given} ${Object.is(given, -0) ? '-0' : String(given)}`;
  }
}

function describeObject(given: object): string {
  if (Array.isArray(given)) return given.length === 1 ? 'a list of one value' : `a list of ${given.length} values`;
  // Also of a struct, which has no field under a symbol.
  const words = (given as { readonly [WORDS]?: unknown })[WORDS];
  if (typeof words === 'string') return words;
  if (isWindow(given)) return `the window ${given.kind}(…)`;
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype === null || prototype === Object.prototype) {
    return Object.hasOwn(given, 'kind') && (given as { readonly kind?: unknown }).kind === 'stream'
      ? 'a stream'
      : 'an object (a struct is no value: name one of its fields)';
  }
  if (given instanceof Promise) return 'a Promise (a definition waits for nothing: await it before)';
  return `an object of class ${given.constructor?.name ?? 'without a name'}`;
}
