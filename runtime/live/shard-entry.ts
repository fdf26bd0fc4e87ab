import type { LogEntry } from '../../adapters/embedded/stream-log.ts';
import { partitionKeyOfLine, shardIndexOf } from '../../adapters/shard-of.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { cutMessage, type InputLine, isCut } from '../input/split-lines.ts';

/** A record and the shard that it goes to. */
export type ShardEntry = LogEntry & { readonly shard: string };

/** A line as a record of the shard that its partition key belongs to. */
export function entryOf(
  stream: Pick<StreamDefinition, 'partitionKey'>,
  shards: readonly string[],
  line: InputLine,
): ShardEntry {
  const partitionKey = partitionKeyOfLine(stream, line.bytes).slice(0, 256);
  const shard = shards[shardIndexOf(partitionKey, shards.length)] as string;
  return { partitionKey, shard, data: line.bytes, ...(isCut(line) && { oversized: cutMessage(line) }) };
}
