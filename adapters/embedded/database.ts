import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The embedded database cannot be used. The message names the file and says what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code = 'database';
}

/** Version of the tables below. A file of a later version is refused, not misread. */
const SCHEMA_VERSION = 1;

// Text compares as bytes of UTF-8 (BINARY), the order of sort keys on DynamoDB.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (
    partition TEXT NOT NULL, sort TEXT NOT NULL, version INTEGER NOT NULL, data NOT NULL, expires_at INTEGER,
    PRIMARY KEY (partition, sort)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS state_by_expiry ON state (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS results (
    view TEXT NOT NULL, window_start INTEGER NOT NULL, "group" TEXT NOT NULL, window_end INTEGER NOT NULL,
    revision INTEGER NOT NULL, epoch INTEGER NOT NULL, partial INTEGER NOT NULL, columns TEXT NOT NULL,
    PRIMARY KEY (view, window_start, "group")
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS results_by_group ON results (view, "group", window_start);
  CREATE TABLE IF NOT EXISTS finalize_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT, view TEXT NOT NULL, bucket INTEGER NOT NULL, deduplication_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS finalize_queue_by_id ON finalize_queue (view, bucket, deduplication_id);
  CREATE TABLE IF NOT EXISTS side_records (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence_digits INTEGER NOT NULL, sequence TEXT NOT NULL,
    "index" INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, details TEXT NOT NULL, arrival INTEGER,
    bytes BLOB NOT NULL,
    PRIMARY KEY (stream, shard, sequence_digits, sequence, "index", kind)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS shards (stream TEXT NOT NULL, shard TEXT NOT NULL, next_sequence INTEGER NOT NULL,
    PRIMARY KEY (stream, shard)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (
    stream TEXT NOT NULL, shard TEXT NOT NULL, sequence INTEGER NOT NULL, arrival INTEGER NOT NULL,
    partition_key TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (stream, shard, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

type Parameters = readonly (string | number | Uint8Array | null)[];
export type Row = Readonly<Record<string, unknown>>;

/** One SQLite file, or `:memory:`. Statements are prepared once and kept. */
export class Database {
  readonly #path: string;
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string) {
    this.#path = path;
    this.#sqlite = this.#open();
  }

  all(sql: string, ...parameters: Parameters): readonly Row[] {
    return this.#prepare(sql).all(...parameters) as readonly Row[];
  }

  get(sql: string, ...parameters: Parameters): Row | null {
    return (this.#prepare(sql).get(...parameters) as Row | undefined) ?? null;
  }

  /** How many rows were changed. */
  run(sql: string, ...parameters: Parameters): number {
    return Number(this.#prepare(sql).run(...parameters).changes);
  }

  /** Everything in the body, or nothing. Takes the write lock at once, so that what the body reads stays true. */
  transaction<T>(body: () => T): T {
    if (this.#depth > 0) throw new Error('A transaction is already open: statements inside it belong to it.');
    this.#sqlite.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const result = body();
      this.#sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      this.#sqlite.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  #open(): DatabaseSync {
    let sqlite: DatabaseSync | null = null;
    try {
      sqlite = new DatabaseSync(this.#path);
      // NORMAL may lose the last commits when the power fails, never a part of one: the run then takes them in again.
      sqlite.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      const found = Number((sqlite.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
      if (found > SCHEMA_VERSION) {
        throw new DatabaseError(
          `The store ${this.#path} was written by a newer version of streamgauge (format ${found}, this one knows ${SCHEMA_VERSION}). Use that version, or another store.`,
        );
      }
      sqlite.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
      return sqlite;
    } catch (error) {
      sqlite?.close();
      if (error instanceof DatabaseError) throw error;
      throw new DatabaseError(
        `The store ${this.#path} cannot be opened: ${(error as Error).message}. Is it a streamgauge store, and may this user write there?`,
        { cause: error },
      );
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
