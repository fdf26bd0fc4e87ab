import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { ShardInfo } from '../../engine/ports/shard-topology.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { Database, Row } from './database.ts';

export interface LogEntry {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Why the record is no event whatever its bytes are, as a full sentence: `data` is only its beginning. */
  readonly oversized?: string;
}

/** An entry, and the shard that takes it in. */
export type PlacedEntry = LogEntry & { readonly shard: string };

/** What one producer sends at a time. */
export interface LogBatch {
  readonly stream: string;
  readonly entries: readonly PlacedEntry[];
}

/** A text that the store keeps under a name. */
export interface Mark {
  readonly name: string;
  readonly value: string;
}

export type LogRecord = SourceRecord & { readonly arrivalMs: number };

const READ = `
  SELECT records.*, oversized_records.message AS oversized
  FROM records LEFT JOIN oversized_records USING (stream, shard, sequence)
  WHERE stream = ? AND shard = ? AND sequence > ? ORDER BY sequence LIMIT ?`;

/** Bytes of records that are read at a time, but for the last one. */
const MAX_READ_BYTES = 32 * 1024 * 1024;

/** An event stream in SQLite: shards that can be appended to, read and trimmed. */
export class EmbeddedStreamLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes a stream, unless it is there already: then it keeps the shards that it has. */
  createStream(stream: string, shards: number): void {
    this.#database.transaction(() => {
      if (this.shards(stream).length > 0) return;
      for (let i = 0; i < shards; i++) {
        const id = `shard-${String(i).padStart(4, '0')}`;
        this.#database.run('INSERT INTO shards (stream, shard, next_sequence) VALUES (?, ?, 1)', [stream, id]);
      }
    });
  }

  shards(stream: string): readonly ShardInfo[] {
    const rows = this.#database.all('SELECT shard FROM shards WHERE stream = ? ORDER BY shard', [stream]);
    return rows.map((row) => ({ id: String(row.shard), parents: [] }));
  }

  /** Appends records to a shard and gives their sequence numbers. */
  append(stream: string, shard: string, entries: readonly LogEntry[], nowMs: number): readonly string[] {
    return this.#database.transaction(() => this.appendInTransaction(stream, shard, entries, nowMs));
  }

  /** Appends within a transaction of the caller's, which keeps more than the records, or nothing. */
  appendInTransaction(stream: string, shard: string, entries: readonly LogEntry[], nowMs: number): readonly string[] {
    const first = this.#nextSequence(stream, shard);
    entries.forEach(({ partitionKey, data, oversized }, index) => {
      this.#database.run(
        'INSERT INTO records (stream, shard, sequence, arrival, partition_key, data) VALUES (?, ?, ?, ?, ?, ?)',
        [stream, shard, first + index, nowMs, partitionKey, data],
      );
      if (oversized === undefined) return;
      this.#database.run('INSERT INTO oversized_records (stream, shard, sequence, message) VALUES (?, ?, ?, ?)', [
        stream,
        shard,
        first + index,
        oversized,
      ]);
    });
    this.#database.run('UPDATE shards SET next_sequence = ? WHERE stream = ? AND shard = ?', [
      first + entries.length,
      stream,
      shard,
    ]);
    return entries.map((_, index) => String(first + index));
  }

  /** Appends to several shards, and keeps marks under their names, such as how far a producer got: all or nothing. */
  appendWithMarks(stream: string, entries: readonly PlacedEntry[], nowMs: number, marks: readonly Mark[]): void {
    this.#database.transaction(() => {
      this.#appendPlaced({ stream, entries }, nowMs);
      for (const mark of marks) this.#putMark(mark);
    });
  }

  /**
   * Appends the batches of several producers, all or nothing, and gives the sequence numbers of each batch's entries. When it
   * returns, they are on disk and outlive a power failure.
   *
   * @throws StoreError `unknownOutcome` where they may be there nevertheless.
   */
  appendDurably(batches: readonly LogBatch[], nowMs: number): readonly (readonly string[])[] {
    return this.#database.durableTransaction(() => batches.map((batch) => this.#appendPlaced(batch, nowMs)));
  }

  /** Entries of one shard keep their order. */
  #appendPlaced({ stream, entries }: LogBatch, nowMs: number): readonly string[] {
    const sequences = new Array<string>(entries.length);
    for (const [shard, indexes] of indexesByShard(entries)) {
      const ofShard = indexes.map((index) => entries[index] as PlacedEntry);
      const given = this.appendInTransaction(stream, shard, ofShard, nowMs);
      for (const [at, index] of indexes.entries()) sequences[index] = given[at] as string;
    }
    return sequences;
  }

  /** Sets marks, all or none. */
  setMarks(marks: readonly Mark[]): void {
    this.#database.transaction(() => {
      for (const mark of marks) this.#putMark(mark);
    });
  }

  #putMark({ name, value }: Mark): void {
    this.#database.run('INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)', [name, value]);
  }

  mark(name: string): string | null {
    const row = this.#database.get('SELECT value FROM marks WHERE name = ?', [name]);
    return row === null ? null : String(row.value);
  }

  /** The marks whose names begin with a text, by name. */
  marks(prefix: string): ReadonlyMap<string, string> {
    const rows = this.#database.all('SELECT name, value FROM marks WHERE substr(name, 1, ?) = ?', [
      prefix.length,
      prefix,
    ]);
    return new Map(rows.map((row) => [String(row.name), String(row.value)]));
  }

  /** Sets a mark, and removes the one whose place it takes. */
  setMark(name: string, value: string, replaces: string = name): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM marks WHERE name = ?', [replaces]);
      this.#putMark({ name, value });
    });
  }

  /**
   * Records after a sequence number, in order; after null, from the oldest that is kept. At most `limit`, and no more than
   * memory takes: where more wait, some come.
   */
  read(stream: string, shard: string, afterSequence: string | null, limit: number): readonly LogRecord[] {
    const rows = this.#database.each(READ, [stream, shard, this.#sequence(stream, shard, afterSequence), limit]);
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of rows) {
      const record = logRecord(row);
      records.push(record);
      bytes += record.data.length;
      if (bytes >= MAX_READ_BYTES) break;
    }
    return records;
  }

  /** How many records there are after a sequence number. Numbers have no gaps, and only what is read is trimmed. */
  lag(stream: string, shard: string, afterSequence: string | null): number {
    return this.#nextSequence(stream, shard) - 1 - this.#sequence(stream, shard, afterSequence);
  }

  /** Forgets records up to and with a sequence number. */
  trim(stream: string, shard: string, upToSequence: string): void {
    const upTo = this.#sequence(stream, shard, upToSequence);
    for (const table of ['records', 'oversized_records']) {
      this.#database.run(`DELETE FROM ${table} WHERE stream = ? AND shard = ? AND sequence <= ?`, [
        stream,
        shard,
        upTo,
      ]);
    }
  }

  /**
   * A sequence number of this shard; 0, which is before the first, for null. Any other would read as "nothing follows",
   * and a shard that is taken for idle lets the watermark rise over its records.
   */
  #sequence(stream: string, shard: string, sequence: string | null): number {
    const next = this.#nextSequence(stream, shard);
    if (sequence === null) return 0;
    if (/^\d+$/.test(sequence) && Number(sequence) < next) return Number(sequence);
    throw new StreamLogError(
      `Shard '${shard}' of stream '${stream}' has given out sequence numbers below ${next}, and was asked for '${sequence}': the position belongs to another store.`,
    );
  }

  #nextSequence(stream: string, shard: string): number {
    const row = this.#database.get('SELECT next_sequence FROM shards WHERE stream = ? AND shard = ?', [stream, shard]);
    if (row === null)
      throw new StreamLogError(`Stream '${stream}' has no shard '${shard}': use one that the store lists.`);
    return Number(row.next_sequence);
  }
}

function indexesByShard(entries: readonly PlacedEntry[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, { shard }] of entries.entries()) {
    const ofShard = indexes.get(shard);
    if (ofShard === undefined) indexes.set(shard, [index]);
    else ofShard.push(index);
  }
  return indexes;
}

function logRecord(row: Row): LogRecord {
  const data = row.data as Uint8Array;
  return {
    sequence: String(row.sequence),
    arrivalMs: Number(row.arrival),
    partitionKey: String(row.partition_key),
    data,
    ...(row.oversized !== null && {
      parts: [{ kind: 'unreadable', reason: 'oversized', message: String(row.oversized), data }],
    }),
  };
}
