import { eventsOf } from '../engine/decode/decoder.ts';
import { decoderOf } from '../engine/decode/decoder-of.ts';
import { partitionKeyOf } from '../engine/decode/partition-key.ts';
import { hash32 } from '../engine/hash/hash64.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { isText } from '../engine/ir/stream-format.ts';
import { hashKeyOf, shardIndexOfHashKey } from './hash-keys.ts';
import { kinesisKey } from './kinesis-key.ts';

/** A stream, or what is known of one: then its events are JSON. */
export type KeyedStream = StreamDefinition | (Pick<StreamDefinition, 'partitionKey'> & { readonly format?: undefined });

/**
 * The partition key of a line's event; of a record of several rows, that of the first which has one. A line without a key is no event,
 * and goes by its own text.
 */
export function partitionKeyOfLine(stream: KeyedStream, line: Buffer): string {
  const text = line.toString('utf8');
  if (stream.format !== undefined && isText(stream.format)) {
    for (const event of eventsOf(decoderOf(stream).open(line))) {
      const key = event.kind === 'value' ? partitionKeyOf(stream, event.value, event.text) : null;
      if (key !== null) return key;
    }
    return text;
  }
  try {
    return partitionKeyOf(stream, JSON.parse(text), text) ?? text;
  } catch {
    // Not JSON: a dead letter, for which any shard will do.
    return text;
  }
}

/**
 * Which of N shards takes in a record with this partition key, whoever sends it: the one that Kinesis would take. So events
 * of one key stay together.
 */
export function shardIndexOf(partitionKey: string, shards: number): number {
  return shardIndexOfHashKey(hashKeyOf(kinesisKey(partitionKey)), shards);
}

/**
 * Which of N shards a line of a file belongs to, in a run over files. Where such a run stands is a line of the file for each
 * shard, so a store goes on rightly only while this stays as it is: with another hash, lines would be counted twice and others
 * never.
 */
export function fileShardIndexOf(partitionKey: string, shards: number): number {
  return hash32(partitionKey) % shards;
}
