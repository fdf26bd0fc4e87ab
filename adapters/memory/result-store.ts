import type {
  PutOutcome,
  ResultStore,
  RowKey,
  RowPage,
  RowWrite,
  StoredRow,
  WindowsQuery,
} from '../../engine/ports/result-store.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import { formatRowCursor, parseRowCursor, type RowCursor } from '../row-cursor.ts';

/** Result rows in a map: the plainest `ResultStore`. */
export class MemoryResultStore implements ResultStore {
  readonly #rows = new Map<string, StoredRow>();

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#rows.get(identity(key)) ?? null);
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return writes.map(({ row, over }) => {
      const stored = this.#rows.get(identity(row)) ?? null;
      if ((stored?.epoch ?? null) !== over) return 'refused';
      this.#rows.set(identity(row), Object.freeze({ ...row }));
      return 'written';
    });
  }

  async windows({ view, fromMs, toMs, group, limit, cursor }: WindowsQuery): Promise<RowPage> {
    const after = typeof cursor === 'string' ? parseRowCursor(cursor) : null;
    const rows = [...this.#rows.values()]
      .filter((row) => row.view === view && !row.retracted && (group === undefined || row.group === group))
      .filter((row) => row.windowStartMs >= fromMs && row.windowStartMs < toMs)
      .filter((row) => after === null || compareRows(row, after) > 0)
      .sort(compareRows);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { rows: page, cursor: last === undefined || page.length === rows.length ? null : formatRowCursor(last) };
  }

  async latest(view: string, group: string, atMs = Number.POSITIVE_INFINITY): Promise<StoredRow | null> {
    const rows = [...this.#rows.values()].filter(
      (row) => row.view === view && row.group === group && !row.retracted && row.windowStartMs <= atMs,
    );
    return rows.sort(compareRows).at(-1) ?? null;
  }
}

function identity({ view, group, windowStartMs }: RowKey): string {
  return JSON.stringify([view, group, windowStartMs]);
}

function compareRows(a: RowCursor, b: RowCursor): number {
  return a.windowStartMs - b.windowStartMs || compareText(a.group, b.group);
}
