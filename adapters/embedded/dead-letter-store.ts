import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type DeadLetterStore,
  type Put,
  type RedriveNote,
  type RedriveOutcome,
  type RedriveRequest,
  SIDE_OUTPUT_KINDS,
  SideOutputIdError,
  type SideOutputPage,
  type SideOutputQuery,
  type StoredSideOutput,
} from '../../engine/ports/dead-letter-store.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import { shardIndexOf } from '../shard-of.ts';
import { parseSideOutputId, type SideOutputName } from '../side-output-id.ts';
import { storedSideOutput } from '../stored-side-output.ts';
import type { Database, Row } from './database.ts';
import { sideOutputOf } from './dead-letter-sink.ts';
import type { EmbeddedStreamLog } from './stream-log.ts';

export interface EmbeddedDeadLetterStoreOptions {
  readonly database: Database;
  readonly log: EmbeddedStreamLog;
  /** The pipeline's streams, by name. What is kept of others is not shown. */
  readonly streams: ReadonlyMap<string, StreamDefinition>;
  readonly clock: Clock;
}

// An event that is late for several views is kept for each of them, and goes back once: a redrive is noted by position.
const WITH_REDRIVE = `
  SELECT kept.*, redrives.at, redrives.by, redrives.new_shard, redrives.new_sequence FROM side_records AS kept
  LEFT JOIN redrives USING (stream, shard, sequence, "index", kind)`;

const LIST = `${WITH_REDRIVE}
  WHERE kind IN (SELECT value FROM json_each(?)) AND stream IN (SELECT value FROM json_each(?))
    AND reason = IFNULL(?, reason)
    AND (? IS NULL OR arrival >= ?) AND (? IS NULL OR arrival < ?)
    AND (kind, stream, shard, sequence_digits, sequence, "index", view) > (?, ?, ?, ?, ?, ?, ?)
  ORDER BY kind, stream, shard, sequence_digits, sequence, "index", view LIMIT ?`;

const GET = `${WITH_REDRIVE}
  WHERE kind = ? AND stream = ? AND shard = ? AND sequence_digits = ? AND sequence = ? AND "index" = ? AND view = ?`;

/** Dead letters and late events in SQLite. There is no event source that gives up on batches, so none are discarded. */
export class EmbeddedDeadLetterStore implements DeadLetterStore {
  readonly #database: Database;
  readonly #log: EmbeddedStreamLog;
  readonly #streams: ReadonlyMap<string, StreamDefinition>;
  readonly #clock: Clock;

  constructor({ database, log, streams, clock }: EmbeddedDeadLetterStoreOptions) {
    this.#database = database;
    this.#log = log;
    this.#streams = streams;
    this.#clock = clock;
  }

  async list(query: SideOutputQuery): Promise<SideOutputPage> {
    const { reason = null, sinceMs = null, untilMs = null, after, limit } = query;
    const streams = [...this.#streams.keys()].filter((name) => name === (query.stream ?? name));
    const kinds = SIDE_OUTPUT_KINDS.filter((kind) => query.kinds.includes(kind));
    const rows = this.#database.all(LIST, [
      JSON.stringify(kinds),
      JSON.stringify(streams),
      reason,
      sinceMs,
      sinceMs,
      untilMs,
      untilMs,
      ...(after === undefined ? BEFORE_ALL : placeOf(nameOf(after))),
      limit + 1,
    ]);
    const records = rows.slice(0, limit).map((row) => this.#storedSideOutput(row));
    return { records, cursor: rows.length > limit ? (records.at(-1)?.id ?? null) : null };
  }

  async get(id: string): Promise<StoredSideOutput | null> {
    return this.#get(id);
  }

  /** Exactly once: the record in the log and the note that it is there are one transaction. */
  async redrive(id: string, { by, pace }: RedriveRequest): Promise<RedriveOutcome> {
    await pace();
    try {
      return this.#database.transaction(() => this.#redrive(id, by));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { outcome: error.code === 'unknownOutcome' ? 'unknown' : 'failed', message: error.message };
    }
  }

  #redrive(id: string, by: string): RedriveOutcome {
    const record = this.#get(id);
    const [payload] = record?.payloads ?? [];
    if (!record || !payload) return { outcome: 'failed', message: `The store keeps nothing under the id ${id}.` };
    if (record.redrive) return { outcome: 'skipped', message: 'It was redriven before.' };
    const { stream, kind, shard, position } = record;
    const shards = this.#log.shards(stream);
    const target = shards.length === 0 ? undefined : shards[shardIndexOf(payload.partitionKey, shards.length)];
    if (!target) {
      const message = `The store has no stream '${stream}' to put it into: it was made by a run over files. Correct the file and run again.`;
      return { outcome: 'failed', message };
    }
    const atMs = this.#clock.nowMs();
    const [sequence = ''] = this.#log.appendInTransaction(stream, target.id, [payload], atMs);
    this.#database.run(
      `INSERT INTO redrives (stream, shard, sequence, "index", kind, at, by, new_shard, new_sequence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [stream, shard, position.sequence, position.index, kind, atMs, by, target.id, sequence],
    );
    return { outcome: 'redriven', puts: [{ state: 'redriven', shard: target.id, sequence }] };
  }

  #get(id: string): StoredSideOutput | null {
    const name = parseSideOutputId(id);
    const row = name === null ? null : this.#database.get(GET, placeOf(name));
    return row === null || !this.#streams.has(String(row.stream)) ? null : this.#storedSideOutput(row);
  }

  #storedSideOutput(row: Row): StoredSideOutput {
    const definition = this.#streams.get(String(row.stream)) as StreamDefinition;
    return storedSideOutput(sideOutputOf(row), definition, redriveOf(row));
  }
}

function redriveOf(row: Row): RedriveNote | null {
  if (row.at === null) return null;
  const put: Put = { state: 'redriven', shard: String(row.new_shard), sequence: String(row.new_sequence) };
  return { by: String(row.by), atMs: Number(row.at), puts: [put] };
}

type Place = readonly [string, string, string, number, string, number, string];

const BEFORE_ALL: Place = ['', '', '', 0, '', 0, ''];

function nameOf(id: string): SideOutputName {
  const name = parseSideOutputId(id);
  if (name === null) throw new SideOutputIdError(id);
  return name;
}

/** The columns by which records are ordered. */
function placeOf({ kind, stream, shard, position, view }: SideOutputName): Place {
  return [kind, stream, shard, position.sequence.length, position.sequence, position.index, view];
}
