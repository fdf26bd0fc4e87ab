import type { RecordPart } from '../../engine/decode/source-record.ts';
import { type HashKeyRange, hashKeyOf } from '../hash-keys.ts';
import { type KplRecord, readKplAggregate } from './kpl-aggregate.ts';

/**
 * What an aggregated record holds, in order. Positions run through the whole record.
 *
 * Until the KPL learns of a split or merge of shards, an aggregate can arrive in a shard that is not the shard of all
 * its records. The KPL then sends those outside the shard's range again, to their own shard, so here they are copies.
 * Which ones depends only on the record and the shard, whose range never changes: each delivery of the record decides
 * the same. Records inside the range count, whatever their neighbours are: since August 2024 the KPL does not send them
 * again. (Before, it did; then they arrive twice.)
 *
 * Other software aggregates in the same form, often records of any keys, and sends none again. What of that is outside of the
 * range is a dead letter: nobody knows whether it comes elsewhere too.
 *
 * @param range of the shard's hash keys; null if unknown: then no record counts as a copy.
 */
export function kplParts(
  { data, partitionKey }: { readonly data: Uint8Array; readonly partitionKey: string | null },
  range: HashKeyRange | null,
): readonly RecordPart[] {
  const aggregate = readKplAggregate(data);
  if (aggregate.kind === 'damaged') {
    const message = `The record begins like one that the Kinesis Producer Library has aggregated, and cannot be read (${aggregate.what}).`;
    return [{ kind: 'unreadable', reason: 'corrupt_aggregate', message, data }];
  }
  if (aggregate.records.length === 0) {
    const message = 'The record that the Kinesis Producer Library has aggregated holds no record.';
    return [{ kind: 'unreadable', reason: 'empty_record', message, data }];
  }
  return aggregate.records.map((record) => {
    if (range === null || isInside(record, range)) return { kind: 'payload', data: record.data };
    if (partitionKey === KPL_PARTITION_KEY) return { kind: 'copy', data: record.data };
    const message = `The event is in an aggregated record, and its hash key is outside of the shard's range. The Kinesis Producer Library would send it again to its own shard, but other software made the record (its partition key is '${partitionKey}'). If that sends it only once, put it back.`;
    return { kind: 'unreadable', reason: 'outside_shard', message, data: record.data };
  });
}

/** The KPL sends every aggregate of several records under this key, with an explicit hash key that chooses the shard. */
const KPL_PARTITION_KEY = 'a';

function isInside(record: KplRecord, { first, last }: HashKeyRange): boolean {
  const { partitionKey, explicitHashKey } = record;
  const key = explicitHashKey === null ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
  return first <= key && key <= last;
}
