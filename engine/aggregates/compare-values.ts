import type { Value } from '../ir/node.ts';
import { compareText } from '../text/compare-text.ts';

/**
 * A total order of values: numbers by size, texts by code point, false before true. A column has values of one kind.
 * Between kinds, booleans come first, then numbers, then texts.
 */
export function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return KIND_ORDER.indexOf(typeof a) - KIND_ORDER.indexOf(typeof b);
}

/**
 * The one form in which state keeps a value: -0 becomes 0, and a lone surrogate U+FFFD. Storing would do the same, so a
 * row cannot depend on which events came before the last commit.
 */
export function storedForm(value: NonNullable<Value>): NonNullable<Value> {
  if (typeof value === 'number') return value + 0;
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function isNumber(value: NonNullable<Value>): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

const KIND_ORDER = ['boolean', 'number', 'bigint', 'string'];
