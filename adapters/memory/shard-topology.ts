import type { Position } from '../../engine/ports/position.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';
import type { MemoryStreamLog } from './stream-log.ts';

/** The shards of a `MemoryStreamLog`, which tests create, split, merge and close there. */
export class MemoryShardTopology implements ShardTopology {
  readonly #log: MemoryStreamLog;

  constructor(log: MemoryStreamLog) {
    this.#log = log;
  }

  async shards(stream: string): Promise<readonly ShardInfo[]> {
    return this.#log.shards(stream);
  }

  async probe(stream: string, shard: string, after: Position | null): Promise<Probe> {
    if (this.#log.read(stream, shard, after?.sequence ?? null, 1).length > 0) return 'recordsWaiting';
    return this.#log.isClosed(stream, shard) ? 'ended' : 'caughtUp';
  }
}
