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
import { END_OF_TIME_MS } from '../../engine/time/instant.ts';
import type { Database, Row } from './database.ts';
import { type ChangedWindow, ResultCounts, type ViewCounts } from './result-counts.ts';

/** Rows that readers see. What has expired may lie there until the next purge. */
const LIVE = 'retracted = 0 AND (expires_at IS NULL OR expires_at >= ?)';

// Without it SQLite takes the primary key, and goes through the rows of all groups.
const BY_GROUP = 'INDEXED BY results_by_group';

const ROW = `INTO results
  (view, window_start, "group", window_end, revision, epoch, partial, late_events, retracted, columns, expires_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const PUT = `INSERT OR REPLACE ${ROW}`;
const ADD = `INSERT ${ROW} ON CONFLICT DO NOTHING`;

/** Result rows in SQLite. The clock tells which have expired. */
export class EmbeddedResultStore implements ResultStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #counts: ResultCounts;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#counts = new ResultCounts(database);
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#unexpired(this.#find(key)));
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return this.#database.transaction(() => {
      const changes: { view: string; windowStartMs: number; rows: number }[] = [];
      const outcomes = writes.map(({ row, over }): PutOutcome => {
        // Most rows are new: one statement tells that and adds them.
        if (over === null && this.#run(ADD, row) === 1) {
          changes.push({ view: row.view, windowStartMs: row.windowStartMs, rows: shownRows(row) });
          return 'written';
        }
        const stored = this.#find(row);
        if ((this.#unexpired(stored)?.epoch ?? null) !== over) return 'refused';
        this.#run(PUT, row);
        changes.push({ view: row.view, windowStartMs: row.windowStartMs, rows: shownRows(row) - shownRows(stored) });
        return 'written';
      });
      this.#counts.apply(changes);
      return outcomes;
    });
  }

  async windows(query: WindowsQuery): Promise<RowPage> {
    const { limit } = query;
    const { where, parameters } = placesOf(query);
    const direction = query.order === 'latestFirst' ? 'DESC' : 'ASC';
    const rows = this.#database.all(
      `SELECT * FROM results ${query.group === undefined ? '' : BY_GROUP} WHERE view = ? AND ${where} AND ${LIVE}
       ORDER BY window_start ${direction}, "group" ${direction} LIMIT ?`,
      // One more than asked for: whether there is a next page.
      [query.view, ...parameters, this.#nowSeconds, limit + 1],
    );
    const page = rows.slice(0, limit).map(readRowOf);
    const last = page.at(-1);
    if (last === undefined || rows.length <= limit) return { rows: page, cursor: null };
    return { rows: page, cursor: { windowStartMs: last.windowStartMs, group: last.group } };
  }

  async latest(view: string, group: string, atMs = END_OF_TIME_MS): Promise<ReadRow | null> {
    const row = this.#database.get(
      `SELECT * FROM results ${BY_GROUP} WHERE view = ? AND "group" = ? AND window_start <= ? AND ${LIVE} ORDER BY window_start DESC LIMIT 1`,
      [view, group, atMs, this.#nowSeconds],
    );
    return row && readRowOf(row);
  }

  /** How many rows and windows of a view there are. Those that have expired count until they are purged. */
  count(view: string): ViewCounts {
    return this.#counts.of(view);
  }

  /** The latest windows of a view, the latest first, without their rows. */
  latestWindows(view: string, limit: number): readonly ChangedWindow[] {
    return this.#counts.latestWindows(view, limit);
  }

  /**
   * Removes rows that have expired, the longest ago first and `limit` at most, and tells how many: as many as the limit
   * means that there may be more.
   */
  async purgeExpired(limit: number): Promise<number> {
    return this.#database.transaction(() => {
      const rows = this.#database
        .all('SELECT * FROM results WHERE expires_at < ? ORDER BY expires_at LIMIT ?', [this.#nowSeconds, limit])
        .map(rowOf);
      for (const { view, windowStartMs, group } of rows) {
        this.#database.run('DELETE FROM results WHERE view = ? AND window_start = ? AND "group" = ?', [
          view,
          windowStartMs,
          group,
        ]);
      }
      this.#counts.apply(rows.map((row) => ({ ...row, rows: -shownRows(row) })));
      return rows.length;
    });
  }

  get #nowSeconds(): number {
    return Math.floor(this.#clock.nowMs() / 1000);
  }

  #unexpired(row: StoredRow | null): StoredRow | null {
    return row === null || isExpired(row, this.#clock.nowMs()) ? null : row;
  }

  #find({ view, windowStartMs, group }: RowKey): StoredRow | null {
    const row = this.#database.get('SELECT * FROM results WHERE view = ? AND window_start = ? AND "group" = ?', [
      view,
      windowStartMs,
      group,
    ]);
    return row && rowOf(row);
  }

  #run(statement: typeof ADD | typeof PUT, row: StoredRow): number {
    return this.#database.run(statement, [
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
      row.expiresAtSeconds,
      this.#clock.nowMs(),
    ]);
  }
}

interface Places {
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/**
 * Which rows of a view a page is of. The cursor takes the place of the bound that it lies at, for SQLite seeks by one bound an
 * end: by the range's own, each page would go through all those before it.
 */
function placesOf({ fromMs, toMs, group, order, cursor = null }: WindowsQuery): Places {
  const latestFirst = order === 'latestFirst';
  const isBehind = cursor !== null && (latestFirst ? cursor.windowStartMs < toMs : cursor.windowStartMs >= fromMs);
  const from: Bound = isBehind && !latestFirst ? behind('>', cursor, group) : ['window_start >= ?', fromMs];
  const to: Bound = isBehind && latestFirst ? behind('<', cursor, group) : ['window_start < ?', toMs];
  const ofGroup: readonly Bound[] = group === undefined ? [] : [['"group" = ?', group]];
  const bounds = [...ofGroup, from, to];
  return {
    where: bounds.map(([condition]) => condition).join(' AND '),
    parameters: bounds.flatMap(([, ...parameters]) => parameters),
  };
}

type Bound = readonly [condition: string, ...parameters: (string | number)[]];

function behind(sign: '<' | '>', { windowStartMs, group: last }: RowPlace, group: string | undefined): Bound {
  if (group !== undefined) return [`window_start ${sign} ?`, windowStartMs];
  return [`(window_start, "group") ${sign} (?, ?)`, windowStartMs, last];
}

/** How many rows readers see in a place. */
function shownRows(row: StoredRow | null): number {
  return row === null || row.retracted ? 0 : 1;
}

function readRowOf(row: Row): ReadRow {
  return { ...rowOf(row), updatedAtMs: row.updated_at === null ? null : Number(row.updated_at) };
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
    expiresAtSeconds: row.expires_at === null ? null : Number(row.expires_at),
  };
}
