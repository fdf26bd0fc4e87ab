import { partitionKeyOf } from '../engine/decode/partition-key.ts';
import { hash32 } from '../engine/hash/hash64.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';

/**
 * Which of N shards a line belongs to: by a hash of the event's partition key, as in Kinesis (which has another hash),
 * so events of one key stay together. A line without a key is no event, and goes by its own text.
 */
export function partitionKeyOfLine(stream: Pick<StreamDefinition, 'partitionKey'>, line: Buffer): string {
  const text = line.toString('utf8');
  try {
    return partitionKeyOf(stream, JSON.parse(text), text) ?? text;
  } catch {
    // Not JSON: a dead letter, for which any shard will do.
    return text;
  }
}

export function shardIndexOf(partitionKey: string, shards: number): number {
  return hash32(partitionKey) % shards;
}
