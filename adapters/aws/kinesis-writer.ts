import {
  type KinesisClient,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
  type PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis';
import { KINESIS_LIMITS } from '../../contracts/kinesis-limits.ts';
import { mapSettled } from '../../engine/async/map-settled.ts';
import type { Pause } from '../../engine/ports/retry.ts';
import { kinesisKey } from '../kinesis-key.ts';
import { errorName, isRefusal, isThrottle, sentence } from './aws-errors.ts';
import { type Backoff, LONGEST_PAUSE_MS, REAL_BACKOFF, servicePause } from './backoff.ts';
import { AwsCallError } from './errors.ts';

export interface KinesisRecord {
  /** Of any length; Kinesis is given what it takes. */
  readonly partitionKey: string;
  /** Data and key together have `KINESIS_LIMITS.recordBytes` at most. */
  readonly data: Uint8Array;
}

/**
 * What became of one record. `throttled` and `unavailable` may be sent again; after `unavailable` it may be there
 * twice.
 */
export type PutOutcome = 'written' | 'throttled' | 'unavailable';

export interface PutReport {
  /** One for each record, in their order. */
  readonly outcomes: readonly PutOutcome[];
  /** Calls of PutRecords. */
  readonly calls: number;
}

export interface KinesisWriterOptions {
  /** Makes one attempt of a call: this class does the repeating, of just the records that failed. */
  readonly client: KinesisClient;
  readonly backoff?: Backoff;
  /** What one call may take. No calls are begun with less time left than they may take. */
  readonly callMs: number;
}

const CONCURRENT_CALLS = 4;

/**
 * Puts records to Kinesis, and keeps those of one partition key in order.
 *
 * PutRecords alone does not: where it refuses a record and takes the next one of the same key, a retry comes too late.
 * So a round sends the first record that is left of each key, and a key's next one follows once that is written. A
 * record that cannot be written holds back the later ones of its key; they have its outcome.
 *
 *     a1 b1 a2 c1 a3      round 1: a1 b1 c1    b1 is throttled
 *                         round 2: a2 b1       after a pause
 *                         round 3: a3
 */
export class KinesisWriter {
  readonly #client: KinesisClient;
  readonly #pause: Pause;
  readonly #callMs: number;

  constructor({ client, backoff = REAL_BACKOFF, callMs }: KinesisWriterOptions) {
    this.#client = client;
    this.#pause = servicePause(backoff);
    this.#callMs = callMs;
  }

  /**
   * Goes on until all is written or the time is up. When it returns or throws, no call is in flight any more.
   *
   * @throws Error where Kinesis refuses the call for another reason than being busy, as a stream that does not exist.
   */
  async put(streamName: string, records: readonly KinesisRecord[], timeLeftMs: () => number): Promise<PutReport> {
    const outcomes = records.map((): PutOutcome => 'throttled');
    let queues = byKey(records);
    let calls = 0;
    let retry = 0;
    while (queues.length > 0) {
      const batches = callsOf(
        queues.map((queue) => queue[0] as number),
        records,
      );
      const callsMs = Math.ceil(batches.length / CONCURRENT_CALLS) * this.#callMs;
      if (timeLeftMs() < (retry === 0 ? callsMs : callsMs + LONGEST_PAUSE_MS)) break;
      if (retry > 0) await this.#pause(retry);
      calls += batches.length;
      const results = await mapSettled(batches, CONCURRENT_CALLS, (batch) => this.#call(streamName, batch, records));
      for (const [index, outcome] of results.flat()) outcomes[index] = outcome;
      const written = queues.filter(([first]) => outcomes[first as number] === 'written');
      retry = written.length === queues.length ? 0 : retry + 1;
      for (const queue of written) queue.shift();
      queues = queues.filter((queue) => queue.length > 0);
    }
    for (const [first, ...rest] of queues)
      for (const index of rest) outcomes[index] = outcomes[first as number] as PutOutcome;
    return { outcomes, calls };
  }

  async #call(
    streamName: string,
    batch: readonly number[],
    records: readonly KinesisRecord[],
  ): Promise<[index: number, outcome: PutOutcome][]> {
    const entries = batch.map((index) => toEntry(records[index] as KinesisRecord));
    try {
      const output = await this.#client.send(new PutRecordsCommand({ StreamName: streamName, Records: entries }));
      return batch.map((index, at) => [index, outcomeOf(output.Records?.[at])]);
    } catch (error) {
      const outcome = outcomeOfFailure(error);
      if (outcome !== null) return batch.map((index) => [index, outcome]);
      throw new AwsCallError(`Putting ${batch.length} records to stream ${streamName} failed with ${sentence(error)}`, {
        cause: error,
      });
    }
  }
}

/** Indexes of the records, a list for each key. */
function byKey(records: readonly KinesisRecord[]): number[][] {
  const queues = new Map<string, number[]>();
  for (const [index, { partitionKey }] of records.entries()) {
    const queue = queues.get(partitionKey);
    if (queue === undefined) queues.set(partitionKey, [index]);
    else queue.push(index);
  }
  return [...queues.values()];
}

/** As many calls as Kinesis's limits ask for. */
function callsOf(indexes: readonly number[], records: readonly KinesisRecord[]): number[][] {
  const calls: number[][] = [];
  let bytes = 0;
  for (const index of indexes) {
    const size = recordBytes(records[index] as KinesisRecord);
    const last = calls.at(-1);
    if (
      last === undefined ||
      last.length === KINESIS_LIMITS.requestRecords ||
      bytes + size > KINESIS_LIMITS.requestBytes
    ) {
      calls.push([index]);
      bytes = size;
    } else {
      last.push(index);
      bytes += size;
    }
  }
  return calls;
}

export function recordBytes({ partitionKey, data }: KinesisRecord): number {
  return Buffer.byteLength(kinesisKey(partitionKey)) + data.length;
}

function toEntry({ partitionKey, data }: KinesisRecord): PutRecordsRequestEntry {
  return { PartitionKey: kinesisKey(partitionKey), Data: data };
}

/** Of a record, Kinesis says only that its shard is busy or that something failed inside. */
function outcomeOf(entry: PutRecordsResultEntry | undefined): PutOutcome {
  if (entry?.SequenceNumber !== undefined && entry.ErrorCode === undefined) return 'written';
  return isThrottle(entry?.ErrorCode) ? 'throttled' : 'unavailable';
}

/** Null where trying again does not help. */
function outcomeOfFailure(error: unknown): PutOutcome | null {
  const name = errorName(error);
  if (isThrottle(name) || name === 'KMSThrottlingException') return 'throttled';
  return isRefusal(error) ? null : 'unavailable';
}
