import type {
  PutOutcome,
  ResultStore,
  RowKey,
  RowPage,
  RowWrite,
  StoredRow,
  WindowsQuery,
} from '../../engine/ports/result-store.ts';
import { END_OF_TIME_MS } from '../../engine/time/instant.ts';
import { formatRowCursor, parseRowCursor } from '../row-cursor.ts';
import type { Database, Row } from './database.ts';

/** The rows of one window. */
export interface StoredWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: readonly StoredRow[];
}

/** Result rows in SQLite. */
export class EmbeddedResultStore implements ResultStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return this.#database.transaction(() =>
      writes.map(({ row, over }): PutOutcome => {
        const stored = this.#find(row);
        if ((stored?.epoch ?? null) !== over) return 'refused';
        this.#database.run(
          'INSERT OR REPLACE INTO results (view, window_start, "group", window_end, revision, epoch, partial, late_events, retracted, columns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          ...[
            row.view,
            row.windowStartMs,
            row.group,
            row.windowEndMs,
            row.revision,
            row.epoch,
            row.partial ? 1 : 0,
            row.lateEvents,
            row.retracted ? 1 : 0,
            row.columns,
          ],
        );
        return 'written';
      }),
    );
  }

  async windows({ view, fromMs, toMs, group, limit, cursor }: WindowsQuery): Promise<RowPage> {
    const after = typeof cursor === 'string' ? parseRowCursor(cursor) : null;
    const rows = this.#database.all(
      `SELECT * FROM results WHERE view = ? AND window_start >= ? AND window_start < ? AND retracted = 0
       ${group === undefined ? '' : 'AND "group" = ?'} ${after === null ? '' : 'AND (window_start, "group") > (?, ?)'}
       ORDER BY window_start, "group" LIMIT ?`,
      ...[view, fromMs, toMs, ...(group === undefined ? [] : [group])],
      ...(after === null ? [] : [after.windowStartMs, after.group]),
      // One more than asked for: whether there is a next page.
      limit + 1,
    );
    const page = rows.slice(0, limit).map(rowOf);
    const last = page.at(-1);
    return { rows: page, cursor: last === undefined || rows.length <= limit ? null : formatRowCursor(last) };
  }

  async latest(view: string, group: string, atMs = END_OF_TIME_MS): Promise<StoredRow | null> {
    const row = this.#database.get(
      'SELECT * FROM results WHERE view = ? AND "group" = ? AND window_start <= ? AND retracted = 0 ORDER BY window_start DESC LIMIT 1',
      ...[view, group, atMs],
    );
    return row && rowOf(row);
  }

  /** How many rows and windows of a view there are. */
  count(view: string): { readonly rows: number; readonly windows: number } {
    const row = this.#database.get(
      'SELECT COUNT(*) AS rows, COUNT(DISTINCT window_start) AS windows FROM results WHERE view = ? AND retracted = 0',
      view,
    );
    return { rows: Number(row?.rows), windows: Number(row?.windows) };
  }

  /** The latest windows of a view with all their rows, the latest first. */
  latestWindows(view: string, limit: number): readonly StoredWindow[] {
    const starts = this.#database.all(
      'SELECT DISTINCT window_start FROM results WHERE view = ? AND retracted = 0 ORDER BY window_start DESC LIMIT ?',
      ...[view, limit],
    );
    return starts.map(({ window_start: start }) => {
      const rows = this.#database.all(
        'SELECT * FROM results WHERE view = ? AND window_start = ? AND retracted = 0 ORDER BY "group"',
        ...[view, Number(start)],
      );
      return { startMs: Number(start), endMs: Number(rows[0]?.window_end), rows: rows.map(rowOf) };
    });
  }

  #find({ view, windowStartMs, group }: RowKey): StoredRow | null {
    const row = this.#database.get(
      'SELECT * FROM results WHERE view = ? AND window_start = ? AND "group" = ?',
      ...[view, windowStartMs, group],
    );
    return row && rowOf(row);
  }
}

function rowOf(row: Row): StoredRow {
  return {
    view: String(row.view),
    group: String(row.group),
    windowStartMs: Number(row.window_start),
    windowEndMs: Number(row.window_end),
    revision: Number(row.revision),
    epoch: Number(row.epoch),
    partial: row.partial === 1,
    lateEvents: Number(row.late_events),
    retracted: row.retracted === 1,
    columns: String(row.columns),
  };
}
