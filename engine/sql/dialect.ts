/**
 * What differs between SQL engines, and nothing else. Every argument is SQL text, and so is every result.
 *
 * Shared by all dialects: identifiers in double quotes, texts compared by code point, `regexp_extract` and
 * `regexp_replace` on RE2's syntax, `min_by` and `max_by` on rows, `FILTER`, `TRY_CAST`, BIGINT and DOUBLE.
 */
export interface Dialect {
  /** For people: the statement's header names it. */
  readonly name: string;
  /** A double, or null where it is infinite. */
  finite(double: string): string;
  /** Milliseconds since 1970 of ISO-8601 text, as `parseInstant` reads it; null if the text is no instant. */
  isoToMs(text: string): string;
  /**
   * Milliseconds since 1970 of a JSON value that is ISO-8601 text or a number of milliseconds; null where it is
   * neither.
   */
  jsonToMs(json: string): string;
  /** ISO-8601 UTC with milliseconds. The years 0 to 9999 look as `formatInstant` writes them. */
  msToIso(ms: string): string;
  /** Aggregate: the most accurate sum of doubles that there is. */
  sum(double: string): string;
  /** Aggregate: the most accurate mean of doubles that there is. */
  mean(double: string): string;
  /** Aggregate: about how many different values. */
  approxCountDistinct(value: string): string;
  /**
   * Aggregate: the least number that a share of all do not exceed, exactly. `filter` is its FILTER clause, or empty.
   */
  quantile(double: string, share: string, filter: string): string;
  /** Aggregate: how often each value is there, in the engine's own type, for `topValues`. */
  valueCounts(value: string): string;
  /**
   * JSON list of objects with value, count and error 0: the most frequent ones, of two as frequent the lesser. `show`
   * turns a value into what the list shows.
   */
  topValues(counts: string, most: number, show: (value: string) => string): string;
  /** JSON list of objects, each given as the SQL of its fields. */
  jsonObjects(objects: readonly Readonly<Record<string, string>>[]): string;
  /** The first code points of a text, so many of them. */
  startOf(text: string, length: number): string;
  /**
   * A SELECT of all columns of `from` with one more, which runs from `first` in steps to `last`: a row for each, and
   * none where `last` is before `first`.
   */
  expand(from: string, column: string, series: Series): string;
}

/** Whole numbers, as SQL. */
export interface Series {
  readonly first: string;
  readonly last: string;
  readonly step: number;
}
