import { isKplAggregate } from '../../adapters/aws/kpl-aggregate.ts';
import { kplParts } from '../../adapters/aws/kpl-parts.ts';
import { type HashKeyRange, hashKeyRangeOf } from '../../adapters/hash-keys.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { ShardInfo } from '../../engine/ports/shard-topology.ts';
import type { ReadableLog } from './stream-poller.ts';

interface Log extends ReadableLog {
  shards(stream: string): readonly ShardInfo[];
  trim(stream: string, shard: string, upToSequence: string): void;
}

/** A log that takes apart what the Kinesis Producer Library has aggregated, as the Lambda does with what it is handed. */
export class UnpackingLog implements ReadableLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  read(stream: string, shard: string, afterSequence: string | null, limit: number): readonly SourceRecord[] {
    return this.#log.read(stream, shard, afterSequence, limit).map((record) => {
      if (!isKplAggregate(record.data)) return record;
      return { ...record, parts: kplParts(record, this.#rangeOf(stream, shard)) };
    });
  }

  trim(stream: string, shard: string, upToSequence: string): void {
    this.#log.trim(stream, shard, upToSequence);
  }

  #rangeOf(stream: string, shard: string): HashKeyRange {
    const shards = this.#log.shards(stream);
    const index = shards.findIndex(({ id }) => id === shard);
    return hashKeyRangeOf(index, shards.length);
  }
}
