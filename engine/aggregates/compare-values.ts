import type { Value } from '../ir/node.ts';
import { compareText } from '../text/compare-text.ts';

/**
 * A total order of values: numbers by size, texts by code point, false before true. A column has values of one kind; were
 * there several, booleans would come first, then numbers, then texts.
 */
export function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return KIND_ORDER.indexOf(typeof a) - KIND_ORDER.indexOf(typeof b);
}

/**
 * The one form of a value that a state keeps: -0 becomes 0 and a lone surrogate U+FFFD, as they would by being stored, so
 * that a row does not tell which events came before the last commit and which after.
 */
export function storedForm(value: NonNullable<Value>): NonNullable<Value> {
  if (typeof value === 'number') return value + 0;
  return typeof value === 'string' ? value.toWellFormed() : value;
}

const KIND_ORDER = ['boolean', 'number', 'string'];
