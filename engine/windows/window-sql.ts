import type { DialectName } from '../aggregates/aggregate-sql.ts';

/** Events that a statement puts into windows. Every text is SQL. `engine/sql` implements it for each dialect. */
export interface SqlEvents {
  readonly dialect: DialectName;
  /** The name of the SELECT that has the events. */
  readonly from: string;
  /** The column with the event's time in milliseconds. */
  readonly eventTime: string;
  /** The view's groups. */
  readonly groups: readonly string[];
  /** A column's name that no event has, `wish` or more. */
  unusedName(wish: string): string;
  /** The last multiple of a step, counted from the offset, that is not after a time. */
  floorTo(time: string, stepMs: number, offsetMs: number): string;
  /** Adds a SELECT of all columns of `from` with one more; returns its name, which begins with `name`'s view. */
  withColumn(name: string, from: string, column: string): string;
  /** Adds a SELECT like that, with a row for each value of the series in the place of each row of `from`. */
  expand(name: string, from: string, column: string, series: SqlSeries): string;
}

/** Whole numbers from `first` in steps to `last`; none where `last` is before `first`. */
export interface SqlSeries {
  readonly first: string;
  readonly last: string;
  readonly step: number;
}

/** Windows counted one after the other, in SQL. */
export interface SqlWindowNumbers {
  /** The number of the window that starts at a time in milliseconds. */
  of(startMs: string): string;
  /** Where the window of a number starts, in milliseconds. */
  startMs(number: string): string;
  /** From a window's number to the next one's. */
  readonly step: number;
}

/** What the grouped SELECT is made of. */
export interface SqlWindows {
  readonly from: string;
  /** The window's columns, with their names. */
  readonly columns: readonly string[];
  /** What makes a group beside the view's own groups, as in GROUP BY. */
  readonly keys: readonly string[];
  /** The window's length in milliseconds. */
  readonly windowMs: string;
}
