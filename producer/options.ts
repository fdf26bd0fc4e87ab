import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { KINESIS_LIMITS } from '../contracts/kinesis-limits.ts';
import { ProducerError } from './errors.ts';
import { DEFAULT_RECORD_BYTES } from './limits.ts';
import type { Compression } from './packer.ts';
import { type PutRecords, putRecordsWith } from './put-records.ts';
import { countedIds, type Stamps, type TimeField } from './stamp.ts';
import { REAL_TIMERS, type Timers } from './timers.ts';

export interface ProducerOptions<E extends object> {
  /**
   * The service's own client. Give it `maxAttempts: 1`: the producer repeats just the records that failed, and counts it.
   * In place of a client, `putRecords` may be given.
   */
  readonly client?: Pick<KinesisClient, 'send'>;
  /** Sends records in place of a client, such as in a test. */
  readonly putRecords?: PutRecords;
  /** The stream's name in Kinesis. */
  readonly streamName: string;
  /** What events are kept in order by: those of one key come out as they went in. */
  readonly partitionKey: (event: E) => string | number | bigint;
  /** A field that gets an id of its own where the event has none. Not set: nothing is filled in. */
  readonly eventId?: string;
  /** A field that gets the time of `put` where the event has none: its name (then ISO-8601), or its name and format. */
  readonly eventTime?: string | TimeField;
  /** What is wrong with an event, as a sentence, or null. Called with a copy of the event as it will be sent, and its JSON. */
  readonly validate?: (event: unknown, text: string) => string | null;

  /**
   * Into how many groups keys are divided: each makes records of its own, one after the other. At least as many as the
   * stream has shards, better a multiple; more lanes take longer to fill a record. From 1 to 256, default 8.
   */
  readonly lanes?: number;
  /** How long an event waits for others to share its record, at most. Default 1000. */
  readonly lingerMs?: number;
  /** Bytes of a record, compressed. Default 25,000: one unit of Kinesis' price, and five of Firehose's. */
  readonly recordBytes?: number;
  /** Default `gzip`, which everything reads. */
  readonly compression?: Compression;
  /** Bytes of events that are not sent yet, in all lanes. When they are full, `put` waits. Default 16 MiB. */
  readonly maxBufferedBytes?: number;
  /** After this long, a request that was not answered is given up, and repeated. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** When to give a record up that could not be sent. Default: 5 minutes after the first attempt. */
  readonly retry?: RetryLimits;
  /**
   * Takes the events that could not be sent: to write them to a file, a queue, a log. They hold their room in the buffer
   * until it is done: do not await a `put` to this producer in it. Not set: the producer takes no further events, and `flush` and `close` reject with them.
   */
  readonly onFailed?: (failure: FailedEvents) => void | Promise<void>;

  /** Makes the ids for `eventId`. Default: a random text that a count follows. */
  readonly newId?: () => string;
  /** Milliseconds since 1970, for `eventTime`. */
  readonly nowMs?: () => number;
  /** Timers for lingering, deadlines and pauses. Default: those of the process; a test gives its own. */
  readonly timers?: Timers;
}

export interface RetryLimits {
  /** Attempts of one record, the first included. Default: no limit. */
  readonly maxAttempts?: number;
  /** Since the first attempt; `Infinity` to go on for ever. Default 300,000. */
  readonly giveUpAfterMs?: number;
}

export interface FailedEvents {
  /** As they were to be sent, in their order; of lines that are no JSON, the line. */
  readonly events: readonly unknown[];
  /** Why. Where the last request was not answered, they may have arrived all the same: put again with the same ids. */
  readonly error: Error;
}

/** Options with their defaults, checked. */
export interface ProducerSettings {
  readonly putRecords: PutRecords;
  readonly streamName: string;
  readonly stamps: Stamps;
  readonly validate: ((event: unknown, text: string) => string | null) | null;
  readonly lanes: number;
  readonly lingerMs: number;
  readonly recordBytes: number;
  readonly compression: Compression;
  readonly maxBufferedBytes: number;
  readonly requestTimeoutMs: number;
  readonly maxAttempts: number;
  readonly giveUpAfterMs: number;
  readonly timers: Timers;
}

export function checkedSettings<E extends object>(options: ProducerOptions<E>): ProducerSettings {
  const { client, streamName, eventTime, compression = 'gzip', retry = {} } = options;
  const putRecords = options.putRecords ?? (client === undefined ? undefined : putRecordsWith(client));
  if (putRecords === undefined) throw badOption('client', undefined, 'a KinesisClient');
  if (typeof streamName !== 'string' || streamName === '') {
    throw badOption('streamName', streamName, 'the name of a Kinesis stream');
  }
  if (!['gzip', 'zstd', 'none'].includes(compression)) {
    throw badOption('compression', compression, 'gzip, zstd or none');
  }
  return {
    putRecords,
    streamName,
    stamps: {
      eventId: options.eventId ?? null,
      eventTime: typeof eventTime === 'string' ? { field: eventTime, format: 'iso8601' } : (eventTime ?? null),
      newId: options.newId ?? countedIds(),
      nowMs: options.nowMs ?? Date.now,
    },
    validate: options.validate ?? null,
    lanes: inRange('lanes', options.lanes ?? 8, 1, 256),
    lingerMs: inRange('lingerMs', options.lingerMs ?? 1000, 0, 3_600_000),
    // Room is left for the partition key, which counts as well.
    recordBytes: inRange('recordBytes', options.recordBytes ?? DEFAULT_RECORD_BYTES, 1000, KINESIS_LIMITS.recordBytes),
    compression,
    maxBufferedBytes: inRange('maxBufferedBytes', options.maxBufferedBytes ?? 16 * MIB, MIB, 4096 * MIB),
    requestTimeoutMs: inRange('requestTimeoutMs', options.requestTimeoutMs ?? 10_000, 1, 3_600_000),
    maxAttempts: inRange('retry.maxAttempts', retry.maxAttempts ?? ENDLESS, 1, ENDLESS),
    giveUpAfterMs: inRange('retry.giveUpAfterMs', retry.giveUpAfterMs ?? 300_000, 0, ENDLESS),
    timers: options.timers ?? REAL_TIMERS,
  };
}

const MIB = 1024 * 1024;
const ENDLESS = Number.POSITIVE_INFINITY;

function inRange(option: string, value: number, min: number, max: number): number {
  const whole = Number.isInteger(value) || value === ENDLESS;
  if (whole && value >= min && value <= max) return value;
  throw badOption(
    option,
    value,
    max === ENDLESS ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
  );
}

function badOption(option: string, found: unknown, wanted: string): ProducerError {
  return new ProducerError('badOptions', `The producer's option ${option} is ${String(found)}, and must be ${wanted}.`);
}
