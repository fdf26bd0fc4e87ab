import type { Position } from '../../engine/ports/position.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';

/** What fills a stream from this process. */
export interface Sender {
  /** The name of the stream. */
  readonly stream: string;
  /** It has more that goes to this shard. */
  hasMoreFor(shard: string): boolean;
  /** It has sent all that it had, to all shards, and nothing more will come. */
  readonly isDone: boolean;
}

/**
 * A topology that knows what is still to be sent. While a sender has more for a shard, something waits for that shard, though
 * it is not in it yet, and event time must not go past it.
 */
export class SendingTopology implements ShardTopology {
  readonly #topology: ShardTopology;
  readonly #senders: readonly Sender[];

  constructor(topology: ShardTopology, senders: readonly Sender[]) {
    this.#topology = topology;
    this.#senders = senders;
  }

  shards(stream: string): Promise<readonly ShardInfo[]> {
    return this.#topology.shards(stream);
  }

  async probe(stream: string, shard: string, after: Position | null): Promise<Probe> {
    const found = await this.#topology.probe(stream, shard, after);
    const senders = this.#senders.filter((sender) => sender.stream === stream);
    if (senders.length === 0 || found !== 'caughtUp') return found;
    if (senders.some((sender) => sender.hasMoreFor(shard))) return 'recordsWaiting';
    return senders.every((sender) => sender.isDone) ? 'replayed' : 'caughtUp';
  }
}
