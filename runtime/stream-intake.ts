import type { LogBatch, PlacedEntry } from '../adapters/embedded/stream-log.ts';
import { hashKeyOf, shardIndexOfHashKey } from '../adapters/hash-keys.ts';
import { kinesisKey } from '../adapters/kinesis-key.ts';
import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { ShardInfo } from '../engine/ports/shard-topology.ts';

export interface SentRecord {
  readonly partitionKey: string;
  /** Chooses the shard in place of the partition key. */
  readonly hashKey?: bigint;
  readonly data: Uint8Array;
}

/** Where a record lies. */
export interface Placed {
  readonly shard: string;
  readonly sequence: string;
}

export interface IntakePorts {
  /** The plan that runs now. */
  readonly plan: () => PipelinePlan;
  readonly log: { shards(stream: string): readonly ShardInfo[] };
  /** Resolves once the records are on disk. */
  readonly appends: { append(batch: LogBatch): Promise<readonly string[]> };
}

/** Where producers on this machine put records, whatever protocol they speak: into the shard that Kinesis would choose. */
export class StreamIntake {
  readonly #ports: IntakePorts;
  /** By stream. An embedded stream keeps its shards for life. */
  readonly #shards = new Map<string, readonly string[]>();

  constructor(ports: IntakePorts) {
    this.#ports = ports;
  }

  get plan(): PipelinePlan {
    return this.#ports.plan();
  }

  /** The ids of a stream's shards, in the order of their hash keys. */
  shardsOf(stream: string): readonly string[] {
    let shards = this.#shards.get(stream);
    if (shards === undefined) {
      shards = this.#ports.log.shards(stream).map(({ id }) => id);
      this.#shards.set(stream, shards);
    }
    return shards;
  }

  /**
   * Puts records to a stream of the plan, those of one shard in their order. When it resolves, they outlive the process and
   * a power failure, and count exactly once.
   *
   * @throws StoreError `unknownOutcome` where they may be there nevertheless.
   */
  async put(stream: string, records: readonly SentRecord[]): Promise<readonly Placed[]> {
    const shards = this.shardsOf(stream);
    const entries = records.map(({ partitionKey, hashKey, data }): PlacedEntry => {
      const key = kinesisKey(partitionKey);
      const index = shardIndexOfHashKey(hashKey ?? hashKeyOf(key), shards.length);
      return { shard: shards[index] as string, partitionKey: key, data };
    });
    const sequences = await this.#ports.appends.append({ stream, entries });
    return entries.map(({ shard }, index) => ({ shard, sequence: sequences[index] as string }));
  }
}
