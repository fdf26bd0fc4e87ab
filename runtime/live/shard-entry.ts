import type { PlacedEntry } from '../../adapters/embedded/stream-log.ts';
import { kinesisKey } from '../../adapters/kinesis-key.ts';
import { partitionKeyOfLine, shardIndexOf } from '../../adapters/shard-of.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { cutMessage, type InputLine, isCut } from '../input/input-line.ts';

/** A line as a record of the shard that its partition key belongs to. */
export function entryOf(stream: StreamDefinition, shards: readonly string[], line: InputLine): PlacedEntry {
  const partitionKey = kinesisKey(partitionKeyOfLine(stream, line.bytes));
  const shard = shards[shardIndexOf(partitionKey, shards.length)] as string;
  return { partitionKey, shard, data: line.bytes, ...(isCut(line) && { oversized: cutMessage(line) }) };
}
