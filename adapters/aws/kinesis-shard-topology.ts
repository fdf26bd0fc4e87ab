import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ResourceNotFoundException,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Position } from '../../engine/ports/position.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';
import { errorName, isThrottle, sentence } from './aws-errors.ts';
import { type Backoff, REAL_BACKOFF, servicePause } from './backoff.ts';
import { AwsCallError } from './errors.ts';
import { listShards } from './kinesis-list-shards.ts';
import { describeCreationSeconds, splitShardId, uniqueShardId } from './kinesis-shard-id.ts';

export interface KinesisShardTopologyOptions {
  readonly client: KinesisClient;
  /** The name that Kinesis knows a stream of the pipeline by. Default: the same. */
  readonly streamNameOf?: (stream: string) => string;
  /** Reads of one probe, at most. A shard allows 5 reads a second, which it shares with the event source. Default 10. */
  readonly maxReads?: number;
  readonly backoff?: Backoff;
  /** Records that arrived before are not read, so none of them waits. Null, or not given: all are read. */
  readonly startsAtMs?: number | null;
}

interface Listing {
  readonly creationSeconds: number;
  readonly shards: ReadonlyMap<string, Shard>;
}

/**
 * The shards of Kinesis streams.
 *
 * **Parents** are given as Kinesis names them, also those that it no longer lists itself because their last record is
 * older than the retention: whether they still matter is the caller's to know, from their checkpoints.
 *
 * **A probe** takes the record at the given position for read to its end, and looks for the next record. A position does
 * not tell whether it is the last of its record: a caller whose checkpoint ends *inside* a packed record has records
 * waiting by definition and must not ask.
 *
 * Where shards are quiet, Kinesis answers with page after page of nothing. A probe gives up after `maxReads` of them with
 * `recordsWaiting`, the answer that moves no watermark. It remembers how far it came, so the next probe after the same
 * position goes on from there, and one that had reached the end of the shard takes a single read.
 */
export class KinesisShardTopology implements ShardTopology {
  readonly #client: KinesisClient;
  readonly #streamNameOf: (stream: string) => string;
  readonly #maxReads: number;
  readonly #pause: Pause;
  readonly #startsAtMs: number | null;
  readonly #listings = new Map<string, Listing>();
  /** By stream and shard: nothing lies between the record `after` and this iterator. Good for 5 minutes. */
  readonly #walks = new Map<string, { after: string | null; iterator: string }>();

  constructor({
    client,
    streamNameOf = (stream) => stream,
    maxReads = 10,
    backoff = REAL_BACKOFF,
    startsAtMs = null,
  }: KinesisShardTopologyOptions) {
    this.#client = client;
    this.#streamNameOf = streamNameOf;
    this.#maxReads = maxReads;
    this.#pause = servicePause(backoff);
    this.#startsAtMs = startsAtMs;
  }

  async shards(stream: string): Promise<readonly ShardInfo[]> {
    const { creationSeconds, shards } = await this.#list(stream);
    return [...shards.values()].map((shard) => ({
      id: uniqueShardId(creationSeconds, shard.ShardId as string),
      parents: [shard.ParentShardId, shard.AdjacentParentShardId]
        .filter((parent) => parent !== undefined)
        .map((parent) => uniqueShardId(creationSeconds, parent)),
    }));
  }

  /** A shard that the stream does not list any more, or that was one of an earlier stream of this name, has ended. */
  async probe(stream: string, shard: string, after: Position | null): Promise<Probe> {
    const known = this.#listings.get(stream);
    const listed = (known !== undefined && lists(known, shard)) || lists(await this.#list(stream), shard);
    if (!listed) return 'ended';
    try {
      return await this.#walk(stream, shard, after?.sequence ?? null);
    } catch (error) {
      const gone = error instanceof ResourceNotFoundException && !lists(await this.#list(stream), shard);
      if (gone) return 'ended';
      throw new AwsCallError(`Reading shard "${shard}" of stream "${stream}" failed with ${sentence(error)}`, {
        cause: error,
      });
    }
  }

  async #walk(stream: string, shard: string, after: string | null): Promise<Probe> {
    const walkKey = JSON.stringify([stream, shard]);
    const walk = this.#walks.get(walkKey);
    let iterator = walk?.after === after ? walk?.iterator : undefined;
    for (let reads = 0; reads < this.#maxReads; reads++) {
      iterator ??= await this.#iteratorAfter(stream, shard, after);
      const page = await this.#read(iterator);
      if (page === 'expired') {
        iterator = undefined;
        continue;
      }
      this.#walks.set(walkKey, { after, iterator });
      if ((page.Records ?? []).length > 0) return 'recordsWaiting';
      if (page.NextShardIterator === undefined) {
        this.#walks.delete(walkKey);
        return 'ended';
      }
      iterator = page.NextShardIterator;
      this.#walks.set(walkKey, { after, iterator });
      // At its end a closed shard may still say "not behind" once, before it says that there is no next page.
      if (page.MillisBehindLatest === 0 && !(await this.#isClosed(stream, shard))) return 'caughtUp';
    }
    return 'recordsWaiting';
  }

  async #iteratorAfter(stream: string, shard: string, after: string | null): Promise<string> {
    const command = new GetShardIteratorCommand({
      StreamName: this.#streamNameOf(stream),
      ShardId: splitShardId(shard).shardId,
      ...(after === null
        ? this.#beginning()
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after }),
    });
    const output = await this.#retryThrottled(() => this.#client.send(command));
    return output.ShardIterator as string;
  }

  /** As the event source mapping begins. */
  #beginning() {
    if (this.#startsAtMs === null) return { ShardIteratorType: 'TRIM_HORIZON' } as const;
    return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(this.#startsAtMs) } as const;
  }

  async #read(iterator: string): Promise<GetRecordsOutput | 'expired'> {
    // One record answers the question, and takes nothing to speak of from what the shard's readers share.
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 });
    try {
      return await this.#retryThrottled(() => this.#client.send(command));
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return 'expired';
      throw error;
    }
  }

  async #retryThrottled<T>(attempt: () => Promise<T>): Promise<T> {
    return withRetries(THROTTLED_ATTEMPTS, this.#pause, () =>
      attempt().catch((error: unknown) => {
        if (!isThrottle(errorName(error))) throw error;
        return new Again(() => error as Error);
      }),
    );
  }

  /** A shard that was closed stays so; of one that was open, only a fresh listing tells. */
  async #isClosed(stream: string, shard: string): Promise<boolean> {
    const { shardId } = splitShardId(shard);
    const known = this.#listings.get(stream);
    if (known !== undefined && isClosed(known.shards.get(shardId))) return true;
    return isClosed((await this.#listShards(stream)).get(shardId));
  }

  async #list(stream: string): Promise<Listing> {
    const creationSeconds = await describeCreationSeconds(this.#client, this.#streamNameOf(stream));
    const listing = { creationSeconds, shards: await this.#listShards(stream) };
    this.#listings.set(stream, listing);
    return listing;
  }

  #listShards(stream: string): Promise<Map<string, Shard>> {
    return listShards(this.#client, this.#streamNameOf(stream), stream);
  }
}

const THROTTLED_ATTEMPTS = 6;

function lists({ creationSeconds, shards }: Listing, shard: string): boolean {
  const id = splitShardId(shard);
  return id.creationSeconds === creationSeconds && shards.has(id.shardId);
}

/** Whether it was closed. One that is not listed any more is: a shard goes only after its last record has. */
function isClosed(shard: Shard | undefined): boolean {
  return shard === undefined || shard.SequenceNumberRange?.EndingSequenceNumber !== undefined;
}
