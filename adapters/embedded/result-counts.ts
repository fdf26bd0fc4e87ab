import type { RowKey } from '../../engine/ports/result-store.ts';
import type { Database } from './database.ts';

/** A window that has rows, and a number that rises whenever any of them changes. */
export interface ChangedWindow {
  readonly startMs: number;
  readonly changedAt: number;
}

export interface ViewCounts {
  readonly rows: number;
  readonly windows: number;
  readonly changes: number;
}

type WindowKey = Pick<RowKey, 'view' | 'windowStartMs'>;

/**
 * How many rows and windows each view has, kept up in the transactions that write rows, so that whoever shows the counts
 * once a second reads a few numbers and not all rows.
 */
export class ResultCounts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes, inside a transaction, rows that came to be seen (+1), are gone (−1), or changed (0). */
  apply(changes: readonly (WindowKey & { readonly rows: number })[]): void {
    const byView = Map.groupBy(changes, ({ view }) => view);
    for (const [view, ofView] of byView) this.#applyTo(view, ofView);
  }

  /** `changes` rises with each write of rows of the view. */
  of(view: string): ViewCounts {
    const row = this.#database.get('SELECT rows, windows, changes FROM result_totals WHERE view = ?', [view]);
    return { rows: Number(row?.rows ?? 0), windows: Number(row?.windows ?? 0), changes: Number(row?.changes ?? 0) };
  }

  /** The latest windows of a view that have rows, the latest first. */
  latestWindows(view: string, limit: number): readonly ChangedWindow[] {
    const rows = this.#database.all(
      'SELECT window_start, changed_at FROM result_windows WHERE view = ? AND rows > 0 ORDER BY window_start DESC LIMIT ?',
      [view, limit],
    );
    return rows.map((row) => ({ startMs: Number(row.window_start), changedAt: Number(row.changed_at) }));
  }

  #applyTo(view: string, changes: readonly (WindowKey & { readonly rows: number })[]): void {
    const totals = this.#database.get('SELECT changes FROM result_totals WHERE view = ?', [view]);
    const changedAt = Number(totals?.changes ?? 0) + 1;
    let [rows, windows] = [0, 0];
    for (const [startMs, ofWindow] of Map.groupBy(changes, ({ windowStartMs }) => windowStartMs)) {
      const added = ofWindow.reduce((sum, change) => sum + change.rows, 0);
      rows += added;
      windows += this.#applyToWindow(view, startMs, added, changedAt);
    }
    this.#database.run(
      `INSERT INTO result_totals (view, rows, windows, changes) VALUES (?, ?, ?, ?)
       ON CONFLICT (view) DO UPDATE SET rows = rows + excluded.rows, windows = windows + excluded.windows, changes = excluded.changes`,
      [view, rows, windows, changedAt],
    );
  }

  /** 1 where the window got its first row, −1 where it lost its last, else 0. */
  #applyToWindow(view: string, startMs: number, added: number, changedAt: number): number {
    const key = [view, startMs];
    const before = Number(
      this.#database.get('SELECT rows FROM result_windows WHERE view = ? AND window_start = ?', key)?.rows ?? 0,
    );
    const after = before + added;
    if (after === 0) this.#database.run('DELETE FROM result_windows WHERE view = ? AND window_start = ?', key);
    else {
      this.#database.run(
        'INSERT OR REPLACE INTO result_windows (view, window_start, rows, changed_at) VALUES (?, ?, ?, ?)',
        [...key, after, changedAt],
      );
    }
    return Math.sign(after) - Math.sign(before);
  }
}
