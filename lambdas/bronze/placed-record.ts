import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { PlacedRecord } from '../../engine/bronze/bronze-record.ts';

/**
 * A record as Firehose hands it over, with its place in the Kinesis stream; null where Firehose does not tell the place.
 * The arrival is the one at the Kinesis stream, as the aggregate stage sees it, not that at Firehose.
 */
export function placedRecord({ data, kinesisRecordMetadata }: FirehoseTransformationEventRecord): PlacedRecord | null {
  if (!kinesisRecordMetadata?.shardId || !kinesisRecordMetadata.sequenceNumber) return null;
  const { shardId, sequenceNumber, subsequenceNumber, partitionKey, approximateArrivalTimestamp } =
    kinesisRecordMetadata;
  return {
    shard: shardId,
    sequence: sequenceNumber,
    // Text or a number, and empty for a record that no library has packed with others.
    subsequence: Number(subsequenceNumber) || 0,
    arrivalMs: instantOf(approximateArrivalTimestamp),
    partitionKey: partitionKey ?? null,
    data: Buffer.from(data, 'base64'),
  };
}

/** The manual shows milliseconds in one place and ISO-8601 text in another. Null where it is neither. */
function instantOf(value: unknown): number | null {
  const ms = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : Number(value ?? Number.NaN);
  return Number.isFinite(ms) ? Math.round(ms) : null;
}
