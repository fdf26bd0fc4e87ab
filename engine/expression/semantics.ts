import { compareText } from '../text/compare-text.ts';

export { ownField } from './own-field.ts';

/**
 * The operators that compiled expressions call where null or order need more than JavaScript has. Booleans are
 * three-valued, as in SQL: null is "not known".
 */
type Scalar = string | number | bigint | boolean;
type Maybe<T> = T | null;

export function equal(a: Maybe<Scalar>, b: Maybe<Scalar>): Maybe<boolean> {
  return a === null || b === null ? null : a === b;
}

export function notEqual(a: Maybe<Scalar>, b: Maybe<Scalar>): Maybe<boolean> {
  return a === null || b === null ? null : a !== b;
}

/** Negative, zero or positive; NaN if a side is null, because every comparison with NaN is false. */
export function order(a: Maybe<Scalar>, b: Maybe<Scalar>): number {
  if (a === null || b === null) return Number.NaN;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `comparison` is the answer for two values that are there. */
export function unlessNull(a: Maybe<Scalar>, b: Maybe<Scalar>, comparison: boolean): Maybe<boolean> {
  return a === null || b === null ? null : comparison;
}

export function and(a: Maybe<boolean>, b: Maybe<boolean>): Maybe<boolean> {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

export function or(a: Maybe<boolean>, b: Maybe<boolean>): Maybe<boolean> {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

export function not(a: Maybe<boolean>): Maybe<boolean> {
  return a === null ? null : !a;
}

export type Compute = (...values: Maybe<Scalar>[]) => Maybe<Scalar>;

/** A function of one value, or of two, that is asked only where none of them is null. */
export function guarded(compute: Compute, count: number): Compute {
  if (count === 1) return (a) => (a === null ? null : compute(a as Scalar));
  return (a, b) => (a === null || b === null ? null : compute(a as Scalar, b as Scalar));
}

/** The double nearest to a whole number, which arithmetic is on. */
export function double(a: Maybe<number | bigint>): Maybe<number> {
  return typeof a === 'bigint' ? Number(a) : a;
}

/** −0 and 0 are one number and one key of a Map, but two texts. */
export function positiveZero(a: Maybe<Scalar>): Maybe<Scalar> {
  return typeof a === 'number' ? a + 0 : a;
}

export function isIn(values: ReadonlySet<Scalar>, value: Maybe<Scalar>): Maybe<boolean> {
  return value === null ? null : values.has(value);
}

export function add(a: Maybe<number>, b: Maybe<number>): Maybe<number> {
  return a === null || b === null ? null : finite(a + b);
}

export function sub(a: Maybe<number>, b: Maybe<number>): Maybe<number> {
  return a === null || b === null ? null : finite(a - b);
}

export function mul(a: Maybe<number>, b: Maybe<number>): Maybe<number> {
  return a === null || b === null ? null : finite(a * b);
}

export function div(a: Maybe<number>, b: Maybe<number>): Maybe<number> {
  return a === null || b === null || b === 0 ? null : finite(a / b);
}

/** A result beyond the range of doubles is null. −0 becomes 0, so that both make one group and one text. */
function finite(x: number): Maybe<number> {
  return Number.isFinite(x) ? x + 0 : null;
}

/**
 * For URLs that do not begin with a plain path: skips scheme and authority, then takes everything up to `?` or `#`. SQL
 * uses the same pattern (`engine/sql`).
 */
export const URL_PATH_PATTERN = '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)';
const urlPathRegExp = new RegExp(URL_PATH_PATTERN);

export function urlPath(url: Maybe<string>): Maybe<string> {
  if (url === null) return null;
  if (url.charCodeAt(0) === SLASH && url.charCodeAt(1) !== SLASH) return beforeQuery(url);
  const path = urlPathRegExp.exec(url)?.[1];
  return path === undefined || path === '' ? '/' : path;
}

const SLASH = 47;
const QUESTION = 63;
const HASH = 35;

function beforeQuery(url: string): string {
  for (let i = 1; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === QUESTION || code === HASH) return url.slice(0, i);
  }
  return url;
}
