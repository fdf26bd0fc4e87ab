import type { NewRows } from './new-rows.ts';

/**
 * Result rows as readers see them: one per (view, group, window), replaced by its next revision.
 *
 * A row holds the *epoch* of the finalizer that wrote it. One row takes the place of another only where that is still
 * the one which its writer has seen, so that a finalizer which froze and woke again cannot undo what its successor
 * wrote, and no two rows of one place ever have the same revision:
 *
 *   epoch 4   claim | reads row, epoch 2 | frozen ........................... | put over epoch 2: refused
 *   epoch 5           claim | reads row, epoch 2 | put over epoch 2: written
 *
 * A row that has expired counts as absent everywhere, whether or not its store has removed it yet: no read finds it, and
 * a row that is to have none in its place is written over it.
 */
export interface ResultStore {
  /** The stored rows in the order of the keys, retracted ones too; null for a missing one. */
  get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]>;

  /** Writes each row in whose place there is what it is to take the place of. Tells per row what happened. */
  put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]>;

  /**
   * Puts rows over nothing, and tells which were refused because another row is there. Missing where a store needs rows as objects: they
   * are put then.
   */
  append?(rows: NewRows): Promise<readonly number[]>;

  /**
   * Rows of a view by window start, then group, with `from` ≤ window start < `to`; none that are retracted. `latestFirst`
   * gives the very same rows in the opposite order, groups too. Give `cursor` of the previous page, and the same order, to go
   * on; a page holds at most `limit` rows.
   */
  windows(query: WindowsQuery): Promise<RowPage>;

  /**
   * The row of a group with the latest window start, at or before `atMs` where that is given; none that is retracted.
   */
  latest(view: string, group: string, atMs?: number): Promise<ReadRow | null>;
}

export interface RowKey {
  /** Name and fingerprint of the view: `ViewPlan.key`. */
  readonly view: string;
  /** Canonical text of the group's values: a JSON array. */
  readonly group: string;
  readonly windowStartMs: number;
}

export interface StoredRow extends RowKey {
  readonly windowEndMs: number;
  /** 1 for the first row of a window; rises by one with each change of what readers see. */
  readonly revision: number;
  readonly epoch: number;
  /** The view was deployed when the window had already begun: events before that are not in it. */
  readonly partial: boolean;
  /** Events of the group that came too late for the window. */
  readonly lateEvents: number;
  /**
   * There is no such window any more: late events moved or merged it. Kept so that no earlier write can bring the row
   * back, and never shown.
   */
  readonly retracted: boolean;
  /** The row's own columns (groups, aggregates, derived) as JSON text; of a whole table, an array of such. */
  readonly columns: string;
  /** Seconds since 1970: the row is there up to the end of this second by the store's clock. Null: for ever. */
  readonly expiresAtSeconds: number | null;
}

/**
 * A row as readers get it. The finalizer does not see the time: what it stores must not depend on any clock, so that two runs over
 * the same events store the same rows.
 */
export interface ReadRow extends StoredRow {
  /**
   * When the row was put, by the store's clock. Null: nobody knows, for an earlier version has put it or the store keeps no times.
   * A finalizer that goes on after a crash may put the same revision again, and the time is then that of the last one.
   */
  readonly updatedAtMs: number | null;
}

/** Whether a row is gone, by the store's clock. */
export function isExpired({ expiresAtSeconds }: Pick<StoredRow, 'expiresAtSeconds'>, nowMs: number): boolean {
  return expiresAtSeconds !== null && expiresAtSeconds < Math.floor(nowMs / 1000);
}

export interface RowWrite {
  readonly row: StoredRow;
  /** The epoch of the row that it takes the place of; null where there is none. */
  readonly over: number | null;
}

export type PutOutcome =
  | 'written'
  /** Another row is there. */
  | 'refused';

/** A row's place in the order of a view's rows. */
export type RowPlace = Pick<RowKey, 'windowStartMs' | 'group'>;

/** By window start, then group; not given, the oldest first. */
export type RowOrder = 'oldestFirst' | 'latestFirst';

export interface WindowsQuery {
  readonly view: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly group?: string;
  readonly order?: RowOrder;
  readonly limit: number;
  /** Where the page before ended. A row need not be there any more for the next page to begin behind it. */
  readonly cursor?: RowPlace | null;
}

export interface RowPage {
  readonly rows: readonly ReadRow[];
  /** Null on the last page. */
  readonly cursor: RowPlace | null;
}
