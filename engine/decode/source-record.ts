import type { DeadReason } from '../ports/dead-letter-sink.ts';

/**
 * What a source hands over: consecutive records of one shard, in the order of their sequence numbers.
 *
 * A batch says nothing about where it was cut: redelivery may cut it elsewhere, and may begin before the checkpoint.
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
  /** When the source took the record in, in milliseconds since 1970; null where it does not say. */
  readonly arrivalMs: number | null;
  /** What the producer chose the shard by; null where the source has none. */
  readonly partitionKey: string | null;
  /** The record's bytes as the producer sent them: one event, or many packed together. */
  readonly data: Uint8Array;
  /**
   * Where the producer's library put several payloads into one record of the source: what `data` holds, in order, at least
   * one. The events of all of them are numbered on through the record. Not set: `data` is the only payload.
   */
  readonly parts?: readonly RecordPart[];
}

export type RecordPart =
  /** `copy`: the same payload is delivered in another shard as well, where it counts; here it counts as a duplicate. */
  | { readonly kind: 'payload' | 'copy'; readonly data: Uint8Array }
  /** Something that is no payload: a dead letter. */
  | { readonly kind: 'unreadable'; readonly reason: DeadReason; readonly message: string; readonly data: Uint8Array };
