import type { KinesisClient, Shard } from '@aws-sdk/client-kinesis';
import type { HashKeyRange } from '../hash-keys.ts';
import { listShards } from './kinesis-list-shards.ts';
import { splitShardId, uniqueShardId } from './kinesis-shard-id.ts';

/**
 * The ranges of shards, by their unique ids. A shard keeps its range for life, so this asks once for each, and only for
 * batches with aggregated records. (Ids of a recreated stream are right only once `StreamCreationTimes` has noticed.)
 */
export class ShardHashKeys {
  readonly #client: KinesisClient;
  readonly #known = new Map<string, HashKeyRange | null>();

  constructor({ client }: { readonly client: KinesisClient }) {
    this.#client = client;
  }

  /** Null if the stream no longer lists the shard: it is past its retention and never comes back. */
  async of(streamName: string, shard: string): Promise<HashKeyRange | null> {
    const keyOf = (id: string) => JSON.stringify([streamName, id]);
    const known = this.#known.get(keyOf(shard));
    if (known !== undefined) return known;
    const { creationSeconds } = splitShardId(shard);
    for (const [shardId, listed] of await listShards(this.#client, streamName)) {
      this.#known.set(keyOf(uniqueShardId(creationSeconds, shardId)), rangeOf(listed));
    }
    const range = this.#known.get(keyOf(shard)) ?? null;
    this.#known.set(keyOf(shard), range);
    return range;
  }
}

function rangeOf({ HashKeyRange: range }: Shard): HashKeyRange | null {
  if (range?.StartingHashKey === undefined || range.EndingHashKey === undefined) return null;
  return { first: BigInt(range.StartingHashKey), last: BigInt(range.EndingHashKey) };
}
