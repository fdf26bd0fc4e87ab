import type { DeadReason } from '../ports/dead-letter-sink.ts';

/**
 * What an event source hands over: consecutive records of one shard, in the order of their sequence numbers.
 *
 * Where a batch is cut means nothing: redelivery may cut elsewhere, and may begin before the checkpoint.
 *
 * @example
 * const batch: SourceBatch = {
 *   stream: 'clicks',
 *   shard: '1431856800:shardId-000000000000',
 *   records: [{ sequence: '495903', arrivalMs: 1_431_856_900_000, partitionKey: 'user-7', data }],
 * };
 */
export interface SourceBatch {
  /** Name of the stream in the pipeline's definition. */
  readonly stream: string;
  /** Unique for all time, and the same text as `ShardInfo.id` of the shard topology. */
  readonly shard: string;
  readonly records: readonly SourceRecord[];
}

export interface SourceRecord {
  /** Decimal digits, rising within the shard; compare with `compareSequences`. */
  readonly sequence: string;
  /** When the source took the record in, in milliseconds since 1970; null if it does not say. */
  readonly arrivalMs: number | null;
  /** What the producer chose the shard by; null if the source has no such key. */
  readonly partitionKey: string | null;
  /** The record's bytes as the producer sent them: one event, or many packed together. */
  readonly data: Uint8Array;
  /**
   * The payloads in `data`, in order, if the producer's library put several into one record. At least one; the index of
   * events runs through all of them. Not set: `data` is the only payload.
   */
  readonly parts?: readonly RecordPart[];
}

export type RecordPart =
  /** `copy`: another shard delivers the same payload too. It counts there; here it is a duplicate. */
  | { readonly kind: 'payload' | 'copy'; readonly data: Uint8Array }
  /** Not a payload: a dead letter. */
  | { readonly kind: 'unreadable'; readonly reason: DeadReason; readonly message: string; readonly data: Uint8Array };
