import type { Dialect } from '../dialect.ts';
import type { Cte } from '../stages.ts';

/** What a window is made from. */
export interface WindowInput {
  /** The name of the SELECT that has the events. */
  readonly from: string;
  /** Names of its columns. */
  readonly names: readonly string[];
  /** The column with the event's time in milliseconds, as SQL. */
  readonly eventTime: string;
  /** The view's groups, as SQL. */
  readonly groups: readonly string[];
  /** Goes before the names of what is selected. */
  readonly prefix: string;
  readonly dialect: Dialect;
}

/** How events get into windows: what comes before the grouped SELECT, and what that is made of. */
export interface Windowed {
  /** SELECTs from the events on, each from the one before. */
  readonly ctes: readonly Cte[];
  readonly from: string;
  /** The window's columns, as SQL with their names. */
  readonly columns: readonly string[];
  /** What makes a group beside the view's own groups, as in GROUP BY. */
  readonly keys: readonly string[];
  /** The window's length in milliseconds. */
  readonly windowMs: string;
}
