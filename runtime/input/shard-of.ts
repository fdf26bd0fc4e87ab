import type { StreamDefinition } from '../../engine/definition/stream.ts';
import { hash32 } from '../../engine/hash/hash64.ts';

/**
 * Which of N shards a line belongs to: by the event's partition key, as Kinesis does (with another hash), so that one
 * key's events stay together. A line that has no key, for it is no event, goes by its own text.
 */
export function partitionKeyOf(stream: StreamDefinition, line: Buffer): string {
  const text = line.toString('utf8');
  try {
    let value: unknown = JSON.parse(text);
    for (const name of stream.partitionKey.split('.')) value = (value as Record<string, unknown> | null)?.[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  } catch {
    // Not JSON: a dead letter, which any shard will do for.
  }
  return text;
}

export function shardIndexOf(partitionKey: string, shards: number): number {
  return hash32(partitionKey) % shards;
}
