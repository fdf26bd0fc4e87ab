import { DISCARDED_PREFIX } from '../../contracts/object-keys.ts';
import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { append } from '../../engine/lists/append.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type DeadLetterStore,
  KEPT_KINDS,
  KeptIdError,
  type KeptPage,
  type KeptQuery,
  type KeptRecord,
  type RedriveNote,
  type RedriveOutcome,
  type RedriveRequest,
} from '../../engine/ports/dead-letter-store.ts';
import { eventId, parseSideRecordId } from '../side-record-id.ts';
import { type KeptObjectSource, readDiscarded, readSideRecord } from './kept-object.ts';
import type { KinesisRecordPutter } from './kinesis-record-putter.ts';
import { redriveWithNote } from './redrive-protocol.ts';
import type { KeptObject, S3KeptObjects } from './s3-kept-objects.ts';
import { REDRIVEN_PREFIX, RedriveNoteError, type RedriveNotes } from './s3-redrive-notes.ts';
import { sideRecordPrefix } from './side-record-object.ts';

export interface S3DeadLetterStoreOptions {
  readonly objects: S3KeptObjects;
  readonly notes: RedriveNotes;
  readonly putter: KinesisRecordPutter;
  /** The pipeline's streams, by name. What is kept of others is not shown. */
  readonly streams: ReadonlyMap<string, StreamDefinition>;
  /** The names of their Kinesis streams, as far as they are known: a redrive needs them. */
  readonly kinesisNames: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** A text that no other attempt has, such as a random UUID. */
  readonly newAttempt: () => string;
}

const CONCURRENT_READS = 16;
/** Between the clocks that tell when a record arrived and when its object was written. */
const CLOCKS_APART_MS = 300_000;

/** What the Lambdas keep in the bucket, and the way back into Kinesis. `redrive-protocol.ts` tells how. */
export class S3DeadLetterStore implements DeadLetterStore {
  readonly #options: S3DeadLetterStoreOptions;
  readonly #source: KeptObjectSource;

  constructor(options: S3DeadLetterStoreOptions) {
    this.#options = options;
    this.#source = { streams: options.streams, kinesisNames: options.kinesisNames, bucket: options.objects.bucket };
  }

  async list(query: KeptQuery): Promise<KeptPage> {
    const records: KeptRecord[] = [];
    for (const { prefix, after } of this.#placesOf(query)) {
      for await (const page of this.#options.objects.list(prefix, after)) {
        const candidates = page.filter((object) => mayBeOf(object, query));
        for (const chunk of chunksOf(candidates, CONCURRENT_READS)) {
          const read = await mapSettled(chunk, CONCURRENT_READS, ({ key }) => this.#read(key));
          append(
            records,
            read.filter((record) => record !== null).filter((record) => isOf(record, query)),
          );
          if (records.length < query.limit) continue;
          const shown = records.slice(0, query.limit);
          return { records: shown, cursor: shown.at(-1)?.id ?? null };
        }
      }
    }
    return { records, cursor: null };
  }

  async get(id: string): Promise<KeptRecord | null> {
    const key = keyOf(id);
    return key === null ? null : this.#read(key);
  }

  async redrive(id: string, request: RedriveRequest): Promise<RedriveOutcome> {
    const { notes, putter, kinesisNames, clock, newAttempt, objects } = this.#options;
    const record = await this.get(id);
    if (record === null) {
      return { outcome: 'failed', message: `The bucket ${objects.bucket} keeps nothing under the id ${id}.` };
    }
    if (record.payloads.length === 0) return { outcome: 'failed', message: record.message };
    const streamName = kinesisNames.get(record.stream);
    if (streamName === undefined) {
      const message = `It is not known which Kinesis stream carries '${record.stream}': give --stream-name ${record.stream}=NAME, or the stack that has it.`;
      return { outcome: 'failed', message };
    }
    const put = (payload: KeptRecord['payloads'][number]) => putter.put(streamName, payload);
    return redriveWithNote(noteKeyOf(id), record.payloads, request, { notes, put, clock, newAttempt });
  }

  /** The prefixes that a query is about, in their order, from where the page before ended. */
  #placesOf({ kinds, stream, after }: KeptQuery): { prefix: string; after: string | null }[] {
    const streams = [...this.#options.streams.keys()].filter((name) => name === (stream ?? name)).sort();
    const places = KEPT_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) =>
      kind === 'discarded' ? [DISCARDED_PREFIX] : streams.map((name) => sideRecordPrefix(kind, name)),
    );
    if (after === undefined) return places.map((prefix) => ({ prefix, after: null }));
    const key = keyOf(after);
    if (key === null) throw new KeptIdError(after);
    return places
      .filter((prefix) => key.startsWith(prefix) || comesAfter(prefix, key))
      .map((prefix) => ({ prefix, after: key.startsWith(prefix) ? key : null }));
  }

  async #read(key: string): Promise<KeptRecord | null> {
    const id = key.startsWith(DISCARDED_PREFIX) ? key : key.replace(/\.json$/, '');
    const [text, redrive] = await Promise.all([this.#options.objects.read(key), this.#noteOf(id)]);
    if (text === null) return null;
    const name = parseSideRecordId(id);
    if (name === null) return readDiscarded(text, key, redrive, this.#source);
    return this.#options.streams.has(name.stream) ? readSideRecord(text, name, redrive, this.#source) : null;
  }

  /** One damaged note must not hide the others: of its record, the outcome is unknown. */
  async #noteOf(id: string): Promise<RedriveNote | null> {
    try {
      return (await this.#options.notes.read(noteKeyOf(id)))?.note ?? null;
    } catch (error) {
      if (!(error instanceof RedriveNoteError)) throw error;
      return { by: 'nobody known', atMs: 0, puts: [{ state: 'unknown', message: error.message }] };
    }
  }
}

/** The key of the object that an id names; null for what is no id. A key is taken for its id. */
function keyOf(id: string): string | null {
  if (id.startsWith(DISCARDED_PREFIX)) return id;
  const plain = id.replace(/\.json$/, '');
  return parseSideRecordId(plain) === null ? null : `${plain}.json`;
}

/** An event that is late for several views is kept for each of them, and goes back once: the view is left out. */
function noteKeyOf(id: string): string {
  const name = parseSideRecordId(id.replace(/\.json$/, ''));
  return `${REDRIVEN_PREFIX}${name === null ? id : `${eventId(name)}.json`}`;
}

function comesAfter(prefix: string, key: string): boolean {
  const rank = (text: string) => KIND_FOLDERS.findIndex((folder) => text.startsWith(folder));
  return rank(prefix) === rank(key) ? prefix > key : rank(prefix) > rank(key);
}

const KIND_FOLDERS = ['dead/', 'late/', DISCARDED_PREFIX];

/** An object is written after its events arrived, so what was written before the range need not be read. */
function mayBeOf({ writtenMs }: KeptObject, { sinceMs = Number.NEGATIVE_INFINITY }: KeptQuery): boolean {
  return writtenMs >= sinceMs - CLOCKS_APART_MS;
}

function isOf(record: KeptRecord, { stream, reason, sinceMs, untilMs }: KeptQuery): boolean {
  const { arrivalMs } = record;
  if (record.stream !== (stream ?? record.stream) || record.reason !== (reason ?? record.reason)) return false;
  if (sinceMs !== undefined && (arrivalMs === null || arrivalMs < sinceMs)) return false;
  return untilMs === undefined || (arrivalMs !== null && arrivalMs < untilMs);
}
