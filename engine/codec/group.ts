import { compareValues } from '../aggregates/compare-values.ts';
import type { Value } from '../ir/node.ts';
import { isRounded, wholeOfNumeral } from '../ir/whole-number.ts';
import { quoteLongNumbers } from '../text/quote-long-numbers.ts';

/** A group's values and the states of its aggregates, both in the definition's order. */
export interface Group {
  readonly values: readonly Value[];
  readonly states: unknown[];
}

/**
 * Groups of one pane by key. The key of a single field is its value (fastest on the hot path); the key of several is
 * their canonical text. The two never meet in one map, because a view has either one group field or not.
 */
export type Groups = Map<Value, Group>;

/** Canonical text of a group: a JSON array such as `["/index.html",200]`; `[]` where a view has no groups. */
export function groupText(values: readonly Value[]): string {
  const [value] = values;
  if (values.length === 1 && typeof value === 'string' && isPlain(value)) return `["${value}"]`;
  for (const value of values) if (typeof value === 'bigint') return textWithWholes(values);
  return JSON.stringify(values);
}

/** Whether JSON has a text as it is. Of other texts too, those beyond ASCII, this says no. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === QUOTE || code === BACKSLASH || code > 0x7e) return false;
  }
  return true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON's numbers have any number of digits, but JavaScript writes none that is a bigint. */
function textWithWholes(values: readonly Value[]): string {
  return `[${values.map((value) => (typeof value === 'bigint' ? String(value) : JSON.stringify(value))).join(',')}]`;
}

/** The values that `groupText` made a text of. */
export function groupOfText(text: string): readonly Value[] {
  const values = JSON.parse(text) as readonly Value[];
  if (!values.some(isRounded)) return values;
  const numerals = JSON.parse(quoteLongNumbers(text)) as readonly unknown[];
  return values.map((value, index) => (isRounded(value) ? (wholeOfNumeral(String(numerals[index])) ?? value) : value));
}

/** The key in `Groups` for a group's values. */
export function groupKey(values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] as Value) : groupText(values);
}

/** Order of rows: field by field; null first, then false < true, numbers by size, text by code point. */
export function compareGroups(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareNullable(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareNullable(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareValues(a, b);
}
