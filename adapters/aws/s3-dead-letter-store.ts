import { DISCARDED_PREFIX, REDRIVEN_PREFIX } from '../../contracts/object-keys.ts';
import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { append } from '../../engine/lists/append.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type DeadLetterStore,
  type RedriveNote,
  type RedriveOutcome,
  type RedriveRequest,
  SIDE_OUTPUT_KINDS,
  SideOutputIdError,
  type SideOutputPage,
  type SideOutputQuery,
  type StoredSideOutput,
} from '../../engine/ports/dead-letter-store.ts';
import { eventId, parseSideOutputId } from '../side-output-id.ts';
import { readDiscarded, readSideOutput, type SideOutputSource } from './kept-object.ts';
import type { KinesisRecordPutter } from './kinesis-record-putter.ts';
import { redriveWithNote } from './redrive-protocol.ts';
import type { S3KeptObjects } from './s3-kept-objects.ts';
import { RedriveNoteError, type RedriveNotes } from './s3-redrive-notes.ts';
import { S3SideOutputs } from './s3-side-outputs.ts';
import { parseSideObjectKey, sideOutputPrefix } from './side-object-key.ts';

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
  readonly #source: SideOutputSource;
  readonly #sideOutputs: S3SideOutputs;

  constructor(options: S3DeadLetterStoreOptions) {
    this.#options = options;
    this.#sideOutputs = new S3SideOutputs(options.objects);
    this.#source = { streams: options.streams, kinesisNames: options.kinesisNames, bucket: options.objects.bucket };
  }

  async list(query: SideOutputQuery): Promise<SideOutputPage> {
    const records: StoredSideOutput[] = [];
    for (const { prefix, after } of this.#placesOf(query)) {
      for await (const found of this.#find(prefix, after, query)) {
        const matching = found.filter((record) => isOf(record, query)).slice(0, query.limit - records.length);
        append(records, await mapSettled(matching, CONCURRENT_READS, (each) => this.#withNote(each)));
        if (records.length >= query.limit) return { records, cursor: records.at(-1)?.id ?? null };
      }
    }
    return { records, cursor: null };
  }

  async get(id: string): Promise<StoredSideOutput | null> {
    const record = id.startsWith(DISCARDED_PREFIX) ? await this.#readDiscarded(id) : await this.#getSideOutput(id);
    return record === null ? null : this.#withNote(record);
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
    const put = (payload: StoredSideOutput['payloads'][number]) => putter.put(streamName, payload);
    return redriveWithNote(noteKeyOf(id), record.payloads, request, { notes, put, clock, newAttempt });
  }

  /** The prefixes that a query is about, in their order, from where the page before ended. */
  #placesOf({ kinds, stream, after }: SideOutputQuery): { prefix: string; after: string | null }[] {
    const streams = [...this.#options.streams.keys()].filter((name) => name === (stream ?? name)).sort();
    const places = SIDE_OUTPUT_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) =>
      kind === 'discarded' ? [DISCARDED_PREFIX] : streams.map((name) => sideOutputPrefix(kind, name)),
    );
    if (after === undefined) return places.map((prefix) => ({ prefix, after: null }));
    const id = plainId(after);
    if (!isId(id)) throw new SideOutputIdError(after);
    return places
      .filter((prefix) => id.startsWith(prefix) || comesAfter(prefix, id))
      .map((prefix) => ({ prefix, after: id.startsWith(prefix) ? id : null }));
  }

  /** All that is kept under a prefix behind a record, as far as it may be of the query; their notes are not read yet. */
  async *#find(
    prefix: string,
    after: string | null,
    query: SideOutputQuery,
  ): AsyncGenerator<readonly StoredSideOutput[]> {
    // An object is written after its events arrived, so what was written before the range need not be read.
    const writtenSinceMs = (query.sinceMs ?? Number.NEGATIVE_INFINITY) - CLOCKS_APART_MS;
    if (prefix !== DISCARDED_PREFIX) {
      for await (const found of this.#sideOutputs.list(prefix, after, writtenSinceMs)) {
        yield found.map((each) => readSideOutput(each, this.#source));
      }
      return;
    }
    for await (const page of this.#options.objects.list(prefix, after)) {
      const objects = page.filter(({ writtenMs }) => writtenMs >= writtenSinceMs);
      for (const chunk of chunksOf(objects, CONCURRENT_READS)) {
        const read = await mapSettled(chunk, CONCURRENT_READS, ({ key }) => this.#readDiscarded(key));
        yield read.filter((record) => record !== null);
      }
    }
  }

  async #readDiscarded(key: string): Promise<StoredSideOutput | null> {
    const bytes = await this.#options.objects.read(key);
    return bytes === null ? null : readDiscarded(bytes.toString('utf8'), key, this.#source);
  }

  async #getSideOutput(id: string): Promise<StoredSideOutput | null> {
    const found = await this.#sideOutputs.find(plainId(id));
    if (found === null || !this.#options.streams.has(found.name.stream)) return null;
    return readSideOutput(found, this.#source);
  }

  async #withNote(record: StoredSideOutput): Promise<StoredSideOutput> {
    return { ...record, redrive: await this.#noteOf(record.id) };
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

/** The key of an object with one record is taken for the record's id. */
function plainId(id: string): string {
  return id.startsWith(DISCARDED_PREFIX) ? id : id.replace(/\.json$/, '');
}

function isId(id: string): boolean {
  return id.startsWith(DISCARDED_PREFIX) || parseSideOutputId(id) !== null || parseSideObjectKey(id) !== null;
}

/** An event that is late for several views is kept for each of them, and goes back once: the view is left out. */
function noteKeyOf(id: string): string {
  const name = parseSideOutputId(plainId(id));
  return `${REDRIVEN_PREFIX}${name === null ? id : `${eventId(name)}.json`}`;
}

function comesAfter(prefix: string, id: string): boolean {
  const rank = (text: string) => KIND_FOLDERS.findIndex((folder) => text.startsWith(folder));
  return rank(prefix) === rank(id) ? prefix > id : rank(prefix) > rank(id);
}

const KIND_FOLDERS = ['dead/', 'late/', DISCARDED_PREFIX];

function isOf(record: StoredSideOutput, { stream, reason, sinceMs, untilMs }: SideOutputQuery): boolean {
  const { arrivalMs } = record;
  if (record.stream !== (stream ?? record.stream) || record.reason !== (reason ?? record.reason)) return false;
  if (sinceMs !== undefined && (arrivalMs === null || arrivalMs < sinceMs)) return false;
  return untilMs === undefined || (arrivalMs !== null && arrivalMs < untilMs);
}
