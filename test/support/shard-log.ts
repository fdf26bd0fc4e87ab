import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { Position } from '../../engine/ports/position.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';

interface LoggedShard {
  readonly info: ShardInfo;
  readonly records: SourceRecord[];
  closed: boolean;
}

/** A source whose shards are named, filled, closed, split and merged by a test; sequence numbers are the test's. */
export class ShardLog implements ShardTopology {
  readonly #shards = new Map<string, LoggedShard>();
  /** Runs before each probe answers, such as to let a record arrive just then. */
  onProbe: (shard: string) => Promise<void> = async () => {};
  probed: string[] = [];

  add(id: string, parents: readonly string[] = []): void {
    this.#shards.set(id, { info: { id, parents }, records: [], closed: false });
  }

  append(id: string, ...records: readonly SourceRecord[]): void {
    this.#shard(id).records.push(...records);
  }

  close(id: string): void {
    this.#shard(id).closed = true;
  }

  split(id: string, ...children: readonly string[]): void {
    this.close(id);
    for (const child of children) this.add(child, [id]);
  }

  merge(a: string, b: string, child: string): void {
    this.close(a);
    this.close(b);
    this.add(child, [a, b]);
  }

  /** The source no longer remembers a shard, as after its retention. */
  forget(id: string): void {
    this.#shards.delete(id);
  }

  records(id: string): readonly SourceRecord[] {
    return this.#shard(id).records;
  }

  async shards(): Promise<readonly ShardInfo[]> {
    return [...this.#shards.values()].map((shard) => shard.info);
  }

  async probe(_stream: string, id: string, after: Position | null): Promise<Probe> {
    this.probed.push(id);
    const { records, closed } = this.#shard(id);
    const waiting = records.some(
      (waitingRecord) => after === null || BigInt(waitingRecord.sequence) > BigInt(after.sequence),
    );
    await this.onProbe(id);
    if (waiting) return 'recordsWaiting';
    return closed ? 'ended' : 'caughtUp';
  }

  #shard(id: string): LoggedShard {
    const found = this.#shards.get(id);
    if (found === undefined) throw new Error(`The source knows no shard '${id}'.`);
    return found;
  }
}
