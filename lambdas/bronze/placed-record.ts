import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { PlacedRecord } from '../../engine/bronze/bronze-record.ts';

/**
 * A record as Firehose hands it over, with its place in the Kinesis stream; null where Firehose does not tell the place.
 * The arrival is the one at the Kinesis stream, as the aggregate stage sees it, not that at Firehose.
 */
export function placedRecord({ data, kinesisRecordMetadata }: FirehoseTransformationEventRecord): PlacedRecord | null {
  if (!kinesisRecordMetadata) return null;
  const { shardId, sequenceNumber, subsequenceNumber, partitionKey, approximateArrivalTimestamp } =
    kinesisRecordMetadata;
  if (!shardId || !sequenceNumber || !Number.isFinite(approximateArrivalTimestamp)) return null;
  return {
    shard: shardId,
    sequence: sequenceNumber,
    // Text or a number, and empty for a record that no library has packed with others.
    subsequence: Number(subsequenceNumber) || 0,
    arrivalMs: Math.round(approximateArrivalTimestamp),
    partitionKey: partitionKey ?? null,
    data: Buffer.from(data, 'base64'),
  };
}
