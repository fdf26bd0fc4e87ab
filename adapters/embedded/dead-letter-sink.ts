import type { DeadLetter, DeadLetterSink, LateEvent, SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import type { Database, Row } from './database.ts';

// In the order of the primary key. With `kind = ?` SQLite would sort, and hold what it sorts.
const KEPT = `
  SELECT * FROM side_records WHERE stream = ? AND kind = IFNULL(?, kind)
  ORDER BY shard, sequence_digits, sequence, "index", kind, view`;

/** Dead letters and late events in SQLite, by position. */
export class EmbeddedDeadLetterSink implements DeadLetterSink {
  readonly #database: Database;
  /** By stream and reason, once somebody has asked: counted each time anew, a status would take longer with each dead letter. */
  readonly #dead = new Map<string, Map<string, number>>();

  constructor(database: Database) {
    this.#database = database;
  }

  async put(records: readonly SideOutput[]): Promise<void> {
    if (records.length === 0) return;
    try {
      this.#database.transaction(() => {
        for (const record of records) {
          this.#recount(record);
          this.#put(record);
        }
      });
    } catch (error) {
      this.#dead.clear();
      throw error;
    }
  }

  #put(record: SideOutput): void {
    const { stream, arrivalMs, bytes } = record;
    const reason = record.kind === 'dead' ? record.reason : 'late';
    this.#database.run(
      `INSERT OR REPLACE INTO side_records (stream, shard, sequence_digits, sequence, "index", kind, view, reason, details, arrival, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [stream, ...placeOf(record), reason, JSON.stringify(detailsOf(record)), arrivalMs, bytes],
    );
  }

  /** An attempt before may have put the record, cut in another way. */
  #recount(record: SideOutput): void {
    const counts = this.#dead.get(record.stream);
    if (record.kind !== 'dead' || counts === undefined) return;
    const before = this.#database.get(
      `SELECT reason, IFNULL(details ->> 'events', 1) AS events FROM side_records
       WHERE stream = ? AND shard = ? AND sequence_digits = ? AND sequence = ? AND "index" = ? AND kind = ? AND view = ?`,
      [record.stream, ...placeOf(record)],
    );
    const add = (reason: string, events: number) => counts.set(reason, (counts.get(reason) ?? 0) + events);
    if (before !== null) add(String(before.reason), -Number(before.events));
    add(record.reason, record.events ?? 1);
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
    const counts = this.#dead.get(stream) ?? this.#countAll(stream);
    this.#dead.set(stream, counts);
    return Object.fromEntries([...counts].filter(([, events]) => events > 0).sort(([a], [b]) => compareText(a, b)));
  }

  #countAll(stream: string): Map<string, number> {
    const rows = this.#database.all(
      `SELECT reason, SUM(IFNULL(details ->> 'events', 1)) AS events FROM side_records
       WHERE stream = ? AND kind = 'dead' GROUP BY reason`,
      [stream],
    );
    return new Map(rows.map((row) => [String(row.reason), Number(row.events)]));
  }
}

/** After its stream, the key of a record. Sequence numbers sort by length, then by digits. */
function placeOf(record: SideOutput) {
  const { shard, position, kind } = record;
  const view = record.kind === 'dead' ? '' : record.missed.view;
  return [shard, position.sequence.length, position.sequence, position.index, kind, view] as const;
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
