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
 * @param range of the shard's hash keys; null if unknown: then no record counts as a copy.
 */
export function kplParts(data: Uint8Array, range: HashKeyRange | null): readonly RecordPart[] {
  const aggregate = readKplAggregate(data);
  if (aggregate.kind === 'damaged') {
    const message = `The record begins like one that the Kinesis Producer Library has aggregated, and cannot be read (${aggregate.what}).`;
    return [{ kind: 'unreadable', reason: 'corrupt_aggregate', message, data }];
  }
  if (aggregate.records.length === 0) {
    const message = 'The record that the Kinesis Producer Library has aggregated holds no record.';
    return [{ kind: 'unreadable', reason: 'empty_record', message, data }];
  }
  return aggregate.records.map((record) => ({
    kind: range === null || isInside(record, range) ? 'payload' : 'copy',
    data: record.data,
  }));
}

function isInside(record: KplRecord, { first, last }: HashKeyRange): boolean {
  const { partitionKey, explicitHashKey } = record;
  const key = explicitHashKey === null ? hashKeyOf(partitionKey) : BigInt(explicitHashKey);
  return first <= key && key <= last;
}
