import type { AggregateDialect } from '../aggregates/aggregate-sql.ts';
import type { SqlSeries } from '../windows/window-sql.ts';
import type { TimeDialect } from './times.ts';

/** What a value on the wire is read as; `any` is JSON of several kinds, as a column of a table has it. */
export type WireKind = 'text' | 'double' | 'whole' | 'epoch' | 'boolean' | 'any';

export interface Unnested {
  /** The column of lists, which `elementsOf` made. */
  readonly list: string;
  readonly element: string;
  readonly position: string | null;
  /** A name that no column has, for one that may be needed. */
  readonly ordinal: string;
  /** Of no elements there is one row, with nulls. */
  readonly isOuter: boolean;
}

/**
 * What differs between SQL engines, and nothing else, but for what only one aggregate needs, which is in its descriptor. Every
 * argument is SQL text, and so is every result.
 *
 * Shared by all dialects: identifiers in double quotes, texts compared by code point, `regexp_extract` and
 * `regexp_replace` on RE2's syntax, `min_by` and `max_by` on rows, `FILTER`, `TRY_CAST`, BIGINT and DOUBLE.
 */
export interface Dialect extends AggregateDialect, TimeDialect {
  /** A double, or null where it is infinite. */
  finite(double: string): string;
  /**
   * Milliseconds since 1970 of a JSON value that is text in a format, or a number whose unit the format or its magnitude tells; null
   * where it is neither.
   */
  jsonToMs(json: string, format: 'any' | 'auto'): string;
  /** The number that a JSON value is, or that its text is, also where that stands under `N` in an object; null where there is none. */
  jsonToNumber(json: string): string;
  /** JSON object, given as the SQL of its fields. */
  jsonObject(fields: Readonly<Record<string, string>>): string;
  /**
   * The elements of a list, or the entries of an object as `{"key": …, "value": …}`, each as JSON; none where it is something else.
   * `areSimple`: they are texts, numbers and the like.
   */
  elementsOf(json: string, kind: 'list' | 'map', areSimple: boolean): string;
  /** A SELECT of all columns of `from` with one more for the element, and one for its place from 0: a row for each element. */
  unnest(from: string, columns: Unnested): string;
  /** What lies at a path of names in a JSON value; null where it is nothing, or of another kind. */
  jsonAt(json: string, path: readonly string[], kind: WireKind): string;
  /** The value that stands where a key stands in a list of keys; null where it is not there. Lists are elements with commas. */
  lookup(key: string, keys: string, values: string): string;
  /**
   * A SELECT of all columns of `from` with one more, which runs from `first` in steps to `last`: a row for each, and
   * none where `last` is before `first`.
   */
  expand(from: string, column: string, series: SqlSeries): string;
}
