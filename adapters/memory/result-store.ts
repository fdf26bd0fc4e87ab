import type { Clock } from '../../engine/ports/clock.ts';
import {
  isExpired,
  type PutOutcome,
  type ReadRow,
  type ResultStore,
  type RowKey,
  type RowPage,
  type RowPlace,
  type RowWrite,
  type StoredRow,
  type WindowsQuery,
} from '../../engine/ports/result-store.ts';
import { compareText } from '../../engine/text/compare-text.ts';

/** Result rows in a map: the plainest `ResultStore`. The clock tells which have expired. */
export class MemoryResultStore implements ResultStore {
  readonly #rows = new Map<string, StoredRow>();
  readonly #updatedAtMs = new WeakMap<StoredRow, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return writes.map(({ row, over }) => {
      if ((this.#find(row)?.epoch ?? null) !== over) return 'refused';
      const stored = Object.freeze({ ...row });
      this.#rows.set(identity(row), stored);
      this.#updatedAtMs.set(stored, this.#clock.nowMs());
      return 'written';
    });
  }

  async windows({ view, fromMs, toMs, group, order, limit, cursor = null }: WindowsQuery): Promise<RowPage> {
    const compare = order === 'latestFirst' ? (a: RowPlace, b: RowPlace) => compareRows(b, a) : compareRows;
    const rows = this.#shown()
      .filter((row) => row.view === view && (group === undefined || row.group === group))
      .filter((row) => row.windowStartMs >= fromMs && row.windowStartMs < toMs)
      .filter((row) => cursor === null || compare(row, cursor) > 0)
      .sort(compare);
    const page = rows.slice(0, limit).map((row) => this.#read(row));
    const last = page.at(-1);
    return { rows: page, cursor: last === undefined || page.length === rows.length ? null : placeOf(last) };
  }

  async latest(view: string, group: string, atMs = Number.POSITIVE_INFINITY): Promise<ReadRow | null> {
    const rows = this.#shown().filter((row) => row.view === view && row.group === group && row.windowStartMs <= atMs);
    const last = rows.sort(compareRows).at(-1);
    return last === undefined ? null : this.#read(last);
  }

  /**
   * Removes rows that have expired, the longest ago first and `limit` at most, and tells how many: as many as the limit
   * means that there may be more.
   */
  async purgeExpired(limit: number): Promise<number> {
    const nowMs = this.#clock.nowMs();
    const expired = [...this.#rows.values()]
      .filter((row) => isExpired(row, nowMs))
      .sort((a, b) => Number(a.expiresAtSeconds) - Number(b.expiresAtSeconds))
      .slice(0, limit);
    for (const row of expired) this.#rows.delete(identity(row));
    return expired.length;
  }

  #find(key: RowKey): StoredRow | null {
    const row = this.#rows.get(identity(key));
    return row === undefined || isExpired(row, this.#clock.nowMs()) ? null : row;
  }

  #read(row: StoredRow): ReadRow {
    return { ...row, updatedAtMs: this.#updatedAtMs.get(row) ?? null };
  }

  /** Rows that readers see. */
  #shown(): StoredRow[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#rows.values()].filter((row) => !row.retracted && !isExpired(row, nowMs));
  }
}

function identity({ view, group, windowStartMs }: RowKey): string {
  return JSON.stringify([view, group, windowStartMs]);
}

function placeOf({ windowStartMs, group }: RowPlace): RowPlace {
  return { windowStartMs, group };
}

function compareRows(a: RowPlace, b: RowPlace): number {
  return a.windowStartMs - b.windowStartMs || compareText(a.group, b.group);
}
