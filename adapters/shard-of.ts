import { partitionKeyOf } from '../engine/decode/partition-key.ts';
import { hash32 } from '../engine/hash/hash64.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';

/**
 * Which of N shards a line belongs to: by the event's partition key, as Kinesis does (with another hash), so that one
 * key's events stay together. A line that has no key, for it is no event, goes by its own text.
 */
export function partitionKeyOfLine(stream: Pick<StreamDefinition, 'partitionKey'>, line: Buffer): string {
  const text = line.toString('utf8');
  try {
    return partitionKeyOf(stream, JSON.parse(text)) ?? text;
  } catch {
    // Not JSON: a dead letter, which any shard will do for.
    return text;
  }
}

export function shardIndexOf(partitionKey: string, shards: number): number {
  return hash32(partitionKey) % shards;
}
