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
}
