import { type FunctionDescriptor, ifAny, TEXT } from './descriptor.ts';

/** In small letters, one code point for one, wherever it stands. Which letters there are is for each engine's Unicode version. */
export const lowerFunction: FunctionDescriptor = {
  name: 'lower',
  takes: ['string'],
  type: TEXT,
  canBeNull: ifAny,
  js: () => (text: string) => (isAscii(text) ? text.toLowerCase() : byCodePoint(text, smallOf)),
  sql: (_, { operands }) => `lower(${operands[0]})`,
};

/** In capital letters, one code point for one: of `ß` it is `ẞ`, as in DuckDB. */
export const upperFunction: FunctionDescriptor = {
  name: 'upper',
  takes: ['string'],
  type: TEXT,
  canBeNull: ifAny,
  js: () => (text: string) => (isAscii(text) ? text.toUpperCase() : byCodePoint(text, capitalOf)),
  sql: (_, { operands: [text], dialect }) =>
    dialect === 'DuckDB' ? `upper(${text})` : `replace(upper(${text}), 'ß', 'ẞ')`,
};

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function byCodePoint(text: string, change: (point: string) => string): string {
  let changed = '';
  for (const point of text) changed += change(point);
  return changed;
}

function smallOf(point: string): string {
  return point === 'İ' ? 'i' : single(point.toLowerCase(), point);
}

function capitalOf(point: string): string {
  return CAPITALS.get(point) ?? single(point.toUpperCase(), point);
}

/** Letters that JavaScript makes several capitals of, and Unicode's simple mapping one. */
const CAPITALS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ẞ'],
  ...pairs(0x1f80, 8, 8),
  ...pairs(0x1f90, 8, 8),
  ...pairs(0x1fa0, 8, 8),
  ...[0x1fb3, 0x1fc3, 0x1ff3].flatMap((code) => pairs(code, 1, 9)),
]);

function pairs(from: number, count: number, distance: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [
    String.fromCodePoint(from + index),
    String.fromCodePoint(from + index + distance),
  ]);
}

/** No mapping is to several code points. */
function single(changed: string, point: string): string {
  return changed.length === point.length || [...changed].length === 1 ? changed : point;
}
