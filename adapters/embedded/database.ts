import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BugError } from '../../engine/ir/bug-error.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import { sqliteCode, sqliteReason } from './sqlite-reason.ts';

/** The embedded database cannot be used. The message names the file and says what to do. */
export class DatabaseError extends StreamgaugeError {
  override readonly name = 'DatabaseError';
  readonly code = 'database';
}

/** Version of the tables below. A file of a later version is refused, not misread. */
const SCHEMA_VERSION = 4;

// Text compares as bytes of UTF-8 (BINARY), the order of sort keys on DynamoDB. `state` has row ids: its items are
// large, and a tree of large rows is slower to write than an index beside a table. In older stores it has a column
// `expires_at`, which nothing looks at.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (
    partition TEXT NOT NULL, sort TEXT NOT NULL, version INTEGER NOT NULL, data NOT NULL,
    PRIMARY KEY (partition, sort)
  );
  CREATE TABLE IF NOT EXISTS results (
    view TEXT NOT NULL, window_start INTEGER NOT NULL, "group" TEXT NOT NULL, window_end INTEGER NOT NULL,
    revision INTEGER NOT NULL, epoch INTEGER NOT NULL, partial INTEGER NOT NULL, late_events INTEGER NOT NULL,
    retracted INTEGER NOT NULL, columns TEXT NOT NULL, expires_at INTEGER, updated_at INTEGER,
    PRIMARY KEY (view, window_start, "group")
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS results_by_group ON results (view, "group", window_start);
  CREATE TABLE IF NOT EXISTS result_windows (
    view TEXT NOT NULL, window_start INTEGER NOT NULL, rows INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    PRIMARY KEY (view, window_start)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS result_totals (
    view TEXT PRIMARY KEY, rows INTEGER NOT NULL, windows INTEGER NOT NULL, changes INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS finalize_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT, view TEXT NOT NULL, bucket INTEGER NOT NULL, deduplication_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS finalize_queue_by_id ON finalize_queue (view, bucket, deduplication_id);
  CREATE TABLE IF NOT EXISTS look_queue (
    id INTEGER PRIMARY KEY, view TEXT NOT NULL, bucket INTEGER NOT NULL, turn INTEGER NOT NULL, due_at INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS side_records (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence_digits INTEGER NOT NULL, sequence TEXT NOT NULL,
    "index" INTEGER NOT NULL, kind TEXT NOT NULL, view TEXT NOT NULL, reason TEXT NOT NULL, details TEXT NOT NULL, arrival INTEGER,
    bytes BLOB NOT NULL,
    PRIMARY KEY (stream, shard, sequence_digits, sequence, "index", kind, view)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS redrives (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence TEXT NOT NULL, "index" INTEGER NOT NULL, kind TEXT NOT NULL,
    at INTEGER NOT NULL, by TEXT NOT NULL, new_shard TEXT NOT NULL, new_sequence TEXT NOT NULL,
    PRIMARY KEY (stream, shard, sequence, "index", kind)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS shards (stream TEXT NOT NULL, shard TEXT NOT NULL, next_sequence INTEGER NOT NULL,
    PRIMARY KEY (stream, shard)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence INTEGER NOT NULL, arrival INTEGER NOT NULL,
    partition_key TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (stream, shard, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS oversized_records (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence INTEGER NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (stream, shard, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

/**
 * From version 2 to 3: rows may expire, and are counted as they are written.
 */
const COUNT_ROWS = `
  INSERT OR REPLACE INTO result_windows (view, window_start, rows, changed_at)
    SELECT view, window_start, COUNT(*), 0 FROM results WHERE retracted = 0 GROUP BY view, window_start;
  INSERT OR REPLACE INTO result_totals (view, rows, windows, changes)
    SELECT view, SUM(rows), COUNT(*), 0 FROM result_windows GROUP BY view;
`;
const RESULTS_BY_EXPIRY =
  'CREATE INDEX IF NOT EXISTS results_by_expiry ON results (expires_at) WHERE expires_at IS NOT NULL;';

const FORMAT =
  'SELECT user_version AS version, (SELECT COUNT(*) FROM sqlite_schema) AS tables FROM pragma_user_version';

const SQLITE_BUSY = 5;
/** Each waits for another process to finish, so only a crowd of new ones can use them up. */
const OPEN_ATTEMPTS = 100;

/** Nobody reads a temporary file after a crash, so what undoes a transaction can be in memory. */
const OF_ONE_PROCESS = 'PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -8192;';
/** In KiB. Rows come in the order of hashes where groups are many, and SQLite's 2 MiB hold few of the leaves that they go to. */
const CACHE = 'PRAGMA cache_size = -32768;';

type Parameters = readonly (string | number | Uint8Array | null)[];
export type Row = Readonly<Record<string, unknown>>;

/** A database without a name: a file that is made when its pages are too many for memory, and that goes with the process. */
export const TEMPORARY = '';

/** One SQLite file, `:memory:` or `TEMPORARY`. Statements are prepared once and kept. */
export class Database {
  /** In messages. */
  readonly #name: string;
  readonly #path: string;
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string) {
    this.#name = path === TEMPORARY ? 'of this process, a temporary file,' : path;
    this.#path = path;
    this.#sqlite = this.#open(path);
  }

  all(sql: string, parameters: Parameters = []): readonly Row[] {
    // biome-ignore lint/plugin: as many as the statement has places for.
    return this.#attempt(() => this.#prepare(sql).all(...parameters) as readonly Row[]);
  }

  /** Rows one by one, without holding them all. The statement is its own, so that two may be read at once. */
  *each(sql: string, parameters: Parameters = []): Generator<Row> {
    // biome-ignore lint/plugin: as many as the statement has places for.
    const rows = this.#attempt(() => this.#sqlite.prepare(sql).iterate(...parameters));
    try {
      for (;;) {
        const { value, done } = this.#attempt(() => rows.next());
        if (done) return;
        yield value as Row;
      }
    } finally {
      // A reader that stops early would keep the statement open, and with it an old view of the file.
      rows.return?.();
    }
  }

  get(sql: string, parameters: Parameters = []): Row | null {
    // biome-ignore lint/plugin: as many as the statement has places for.
    return this.#attempt(() => (this.#prepare(sql).get(...parameters) as Row | undefined) ?? null);
  }

  /** How many rows were changed. */
  run(sql: string, parameters: Parameters = []): number {
    // biome-ignore lint/plugin: as many as the statement has places for.
    return this.#attempt(() => Number(this.#prepare(sql).run(...parameters).changes));
  }

  /**
   * Everything in the body, or nothing. Takes the write lock at once, so that what the body reads stays true.
   *
   * @throws StoreError `throttled` where another process kept the lock, `unknownOutcome` where the last step failed.
   */
  transaction<T>(body: () => T): T {
    if (this.#depth > 0) throw new BugError('A transaction is already open: statements inside it belong to it.');
    this.#attempt(() => this.#sqlite.exec('BEGIN IMMEDIATE'));
    this.#depth++;
    try {
      const result = body();
      this.#commit();
      return result;
    } catch (error) {
      // Some failures, such as a full disk, have ended the transaction already.
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /**
   * As `transaction`, and when it returns everything that was ever committed is on disk: it outlives a power failure. That
   * costs a write to the disk itself, so whoever has several things to keep puts them into one.
   */
  durableTransaction<T>(body: () => T): T {
    this.#attempt(() => this.#sqlite.exec('PRAGMA synchronous = FULL'));
    try {
      return this.transaction(body);
    } finally {
      this.#sqlite.exec('PRAGMA synchronous = NORMAL');
    }
  }

  #commit(): void {
    try {
      this.#sqlite.exec('COMMIT');
    } catch (error) {
      // The log may have reached the disk before the failure was reported.
      const message = `The store ${this.#name} cannot tell whether it kept the last commit: ${sqliteReason(error, this.#path)} Read before going on.`;
      throw new StoreError('unknownOutcome', message, { cause: error });
    }
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** SQLite's error in a full sentence. One that is not SQLite's stays as it is. */
  #explained(error: unknown): unknown {
    if (!isNodeError(error)) return error;
    if (error.code === 'ERR_INVALID_STATE') {
      return new DatabaseError(`The store ${this.#name} is closed, and was used afterwards.`, { cause: error });
    }
    if (error.code !== 'ERR_SQLITE_ERROR') return error;
    if (isBusy(error)) {
      const message = `The store ${this.#name} is locked by another process: nothing was written, try again.`;
      return new StoreError('throttled', message, { cause: error });
    }
    return new DatabaseError(`The store ${this.#name} cannot do its work: ${sqliteReason(error, this.#path)}`, {
      cause: error,
    });
  }

  close(): void {
    this.#statements.clear();
    if (this.#sqlite.isOpen) this.#sqlite.close();
  }

  #open(path: string): DatabaseSync {
    let sqlite: DatabaseSync | null = null;
    try {
      sqlite = new DatabaseSync(path);
      sqlite.exec('PRAGMA busy_timeout = 5000;');
      // One statement, so that another process which makes the tables now is seen before or after, never half-way.
      const file = sqlite.prepare(FORMAT).get() as { version: number; tables: number };
      const found = file.version;
      if (found > SCHEMA_VERSION) {
        throw new DatabaseError(
          `The store ${this.#name} was written by a newer version of streamgauge (format ${found}, this one knows ${SCHEMA_VERSION}). Use that version, or another store.`,
        );
      }
      if (found === 0 && file.tables > 0) {
        throw new DatabaseError(
          `The file ${this.#name} is a SQLite database of another program: nothing was written to it. Name another store.`,
        );
      }
      // NORMAL may lose the last commits when the power fails, never a part of one: the run then takes them in again. What
      // nobody would send again is kept by `durableTransaction`.
      if (path === TEMPORARY) sqlite.exec(OF_ONE_PROCESS);
      else {
        useWriteAheadLog(sqlite);
        sqlite.exec(CACHE);
      }
      sqlite.exec('PRAGMA synchronous = NORMAL;');
      makeTables(sqlite);
      return sqlite;
    } catch (error) {
      sqlite?.close();
      if (error instanceof DatabaseError) throw error;
      throw new DatabaseError(`The store ${this.#name} cannot be opened: ${sqliteReason(error, path)}`, {
        cause: error,
      });
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Makes the tables that are not there, and brings those of an older version up to this one: all or nothing. */
function makeTables(sqlite: DatabaseSync): void {
  sqlite.exec(`BEGIN IMMEDIATE; ${SCHEMA}`);
  const { found } = sqlite.prepare('SELECT user_version AS found FROM pragma_user_version').get() as { found: number };
  if (found > 0 && found < 3) sqlite.exec(`ALTER TABLE results ADD COLUMN expires_at INTEGER; ${COUNT_ROWS}`);
  // Of rows that are there already nobody knows when they were put.
  if (found > 0 && found < 4) sqlite.exec('ALTER TABLE results ADD COLUMN updated_at INTEGER;');
  sqlite.exec(`${RESULTS_BY_EXPIRY} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/**
 * Processes that open a new file at once both want to change its journal. SQLite then refuses one without waiting, so
 * that they cannot wait for each other:
 *
 *   process A:  reads the header ────────────── wants the file alone ─► waits for B to let go
 *   process B:       reads the header ── wants the file alone ─► "locked" at once, lets go
 *
 * B waits for the write lock, where SQLite does wait, and tries again; by then the file has its journal.
 */
function useWriteAheadLog(sqlite: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      sqlite.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === OPEN_ATTEMPTS || !isNodeError(error) || !isBusy(error)) throw error;
    }
    sqlite.exec('BEGIN IMMEDIATE; ROLLBACK;');
  }
}

interface NodeError {
  readonly code: string;
  readonly message: string;
}

/** By its shape: an error that Node raises inside a `vm` context is no instance of that context's `Error`. */
function isNodeError(error: unknown): error is NodeError {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

function isBusy(error: NodeError): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}
