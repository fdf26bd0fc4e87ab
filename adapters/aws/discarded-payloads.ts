import { eventsOf } from '../../engine/decode/decoder.ts';
import { decoderOf } from '../../engine/decode/decoder-of.ts';
import { partitionKeyOf } from '../../engine/decode/partition-key.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { Payload } from '../../engine/ports/dead-letter-store.ts';
import { isKplAggregate, readKplAggregate } from './kpl-aggregate.ts';

/**
 * A record of a discarded batch as what is put back, such that its events come to the shards of their keys: there their
 * duplicates are known, and sub-records of an aggregate count at all.
 *
 * The event of a batch does not tell the explicit hash key that a record was put under. Of a record that the Kinesis
 * Producer Library aggregated, each part goes back by itself, under its own key. Any other goes back whole, under the key
 * of its first event, which lies where the producer's key did; what has none keeps its own key.
 *
 * @param definition of the stream; null where the pipeline does not have it any more.
 */
export function discardedPayloads(payload: Payload, definition: StreamDefinition | null): readonly Payload[] {
  const { data } = payload;
  if (isKplAggregate(data)) {
    const aggregate = readKplAggregate(data);
    if (aggregate.kind === 'damaged') return [payload];
    return aggregate.records.map((part) => ({
      partitionKey: Buffer.from(part.partitionKey).toString(),
      explicitHashKey: part.explicitHashKey,
      data: part.data,
    }));
  }
  const key = definition === null ? null : firstKey(data, definition);
  return [key === null ? payload : { partitionKey: key, data }];
}

/** Characters that Kinesis allows a partition key. */
const MAX_PARTITION_KEY = 256;

function firstKey(data: Uint8Array, definition: StreamDefinition): string | null {
  let found: string | null = null;
  for (const event of eventsOf(decoderOf(definition).open(data))) {
    if (event.kind === 'value') found = partitionKeyOf(definition, event.value, event.text);
    if (found !== null) break;
  }
  return found === null || found === '' || found.length > MAX_PARTITION_KEY ? null : found.toWellFormed();
}
