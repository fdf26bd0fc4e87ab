import type { Position } from '../../engine/ports/position.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { EmbeddedStreamLog } from './stream-log.ts';

/** The shards of an embedded stream. They never split or close. */
export class EmbeddedShardTopology implements ShardTopology {
  readonly #log: EmbeddedStreamLog;

  constructor(log: EmbeddedStreamLog) {
    this.#log = log;
  }

  async shards(stream: string): Promise<readonly ShardInfo[]> {
    const shards = this.#log.shards(stream);
    if (shards.length === 0)
      throw new StreamLogError(`The store has no stream '${stream}': name a stream of its pipeline, or another store.`);
    return shards;
  }

  async probe(stream: string, shard: string, after: Position | null): Promise<Probe> {
    return this.#log.read(stream, shard, after?.sequence ?? null, 1).length > 0 ? 'recordsWaiting' : 'caughtUp';
  }
}
