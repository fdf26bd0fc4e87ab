import type { DeadLetter, DeadLetterSink, LateEvent, SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import type { Database, Row } from './database.ts';

// In the order of the primary key. With `kind = ?` SQLite would sort, and hold what it sorts.
const KEPT = `
  SELECT * FROM side_records WHERE stream = ? AND kind = IFNULL(?, kind)
  ORDER BY shard, sequence_digits, sequence, "index", kind, view`;

/** Dead letters and late events in SQLite, by position. */
export class EmbeddedDeadLetterSink implements DeadLetterSink {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(records: readonly SideOutput[]): Promise<void> {
    if (records.length === 0) return;
    this.#database.transaction(() => {
      for (const record of records) {
        const { stream, shard, position, arrivalMs, bytes, kind } = record;
        const reason = record.kind === 'dead' ? record.reason : 'late';
        const view = record.kind === 'dead' ? '' : record.missed.view;
        this.#database.run(
          `INSERT OR REPLACE INTO side_records (stream, shard, sequence_digits, sequence, "index", kind, view, reason, details, arrival, bytes)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            stream,
            shard,
            // Sequence numbers sort by length, then by digits.
            position.sequence.length,
            position.sequence,
            position.index,
            kind,
            view,
            reason,
            JSON.stringify(detailsOf(record)),
            arrivalMs,
            bytes,
          ],
        );
      }
    });
  }

  /** Everything kept of a stream, by shard and position. */
  async read(stream: string): Promise<readonly SideOutput[]> {
    return Array.from(this.#database.each(KEPT, [stream, null]), sideOutputOf);
  }

  /** What is kept of a kind and a stream, one by one: of any number, one is in memory at a time. */
  *each(stream: string, kind: SideOutput['kind']): Generator<SideOutput> {
    for (const row of this.#database.each(KEPT, [stream, kind])) yield sideOutputOf(row);
  }

  /** How many dead events of a stream have a letter, by its reason. */
  countByReason(stream: string): Readonly<Record<string, number>> {
    const rows = this.#database.all(
      `SELECT reason, SUM(IFNULL(details ->> 'events', 1)) AS events FROM side_records
       WHERE stream = ? AND kind = 'dead' GROUP BY reason ORDER BY reason`,
      [stream],
    );
    return Object.fromEntries(rows.map((row) => [String(row.reason), Number(row.events)]));
  }
}

type Details = Pick<DeadLetter, 'message' | 'events'> | Pick<LateEvent, 'eventTimeMs' | 'missed'>;

function detailsOf(record: SideOutput): Details {
  return record.kind === 'dead'
    ? { message: record.message, ...(record.events !== undefined && { events: record.events }) }
    : { eventTimeMs: record.eventTimeMs, missed: record.missed };
}

/** A row of `side_records`. */
export function sideOutputOf(row: Row): SideOutput {
  const origin = {
    stream: String(row.stream),
    shard: String(row.shard),
    position: { sequence: String(row.sequence), index: Number(row.index) },
    bytes: row.bytes as Uint8Array,
    arrivalMs: row.arrival === null ? null : Number(row.arrival),
  };
  const details = JSON.parse(String(row.details));
  if (row.kind === 'dead') return { kind: 'dead', ...origin, reason: row.reason as DeadLetter['reason'], ...details };
  return { kind: 'late', ...origin, ...details };
}
