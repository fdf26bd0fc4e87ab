import type { StreamDefinition } from '../../engine/definition/stream.ts';
import { hash32 } from '../../engine/hash/hash64.ts';

/**
 * Which of N shards a line belongs to: by the event's partition key, as Kinesis does (with another hash), so that one
 * key's events stay together. A line that has no key, for it is no event, goes by its own text.
 */
export function partitionKeyOf(stream: StreamDefinition, line: Buffer): string {
  return eventPartitionKey(stream, line) ?? line.toString('utf8');
}

/** The partition key that an event names; null where it has none, or is no event. */
export function eventPartitionKey(stream: StreamDefinition, event: Uint8Array): string | null {
  try {
    let value: unknown = JSON.parse(Buffer.from(event.buffer, event.byteOffset, event.length).toString('utf8'));
    for (const name of stream.partitionKey.split('.')) value = (value as Record<string, unknown> | null)?.[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  } catch {
    // Not JSON: a dead letter, which any shard will do for.
  }
  return null;
}

export function shardIndexOf(partitionKey: string, shards: number): number {
  return hash32(partitionKey) % shards;
}
