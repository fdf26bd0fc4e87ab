/**
 * Result rows as readers see them: one per (view, group, window), replaced by its next revision.
 *
 * A row holds the *epoch* of the finalizer that wrote it and is written only over an older one, so that a finalizer
 * which froze and woke again cannot undo what its successor wrote.
 */
export interface ResultStore {
  /** The stored rows in the order of the keys, retracted ones too; null where there is none. */
  get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]>;

  /** Writes each row whose key holds no row, or one of an older epoch. Tells per row what happened. */
  put(rows: readonly StoredRow[]): Promise<readonly PutOutcome[]>;

  /**
   * Rows of a view by window start, then group, with `from` ≤ window start < `to`; none that are retracted.
   * Give `cursor` of the previous page to go on; a page holds at most `limit` rows.
   */
  windows(query: WindowsQuery): Promise<RowPage>;

  /** The row of a group with the latest window start, at or before `atMs` where that is given; none that is retracted. */
  latest(view: string, group: string, atMs?: number): Promise<StoredRow | null>;
}

export interface RowKey {
  /** Name and fingerprint of the view, as `viewKey` makes it. */
  readonly view: string;
  /** Canonical text of the group's values: a JSON array. */
  readonly group: string;
  readonly windowStartMs: number;
}

export interface StoredRow extends RowKey {
  readonly windowEndMs: number;
  /** 1 for the first row of a window; rises only when the columns differ. */
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
}

export type PutOutcome =
  | 'written'
  /** A row of the same or a later epoch is there. */
  | 'fenced';

export interface WindowsQuery {
  readonly view: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly group?: string;
  readonly limit: number;
  readonly cursor?: string | null;
}

export interface RowPage {
  readonly rows: readonly StoredRow[];
  /** Null on the last page. */
  readonly cursor: string | null;
}
