import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { Probe, ShardInfo, ShardTopology } from '../../engine/ports/shard-topology.ts';
import type { Event } from './events.ts';
import type { Faults } from './faults.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** A record with the events in it; an event that is none is null. */
export interface LogRecord {
  readonly sequence: number;
  readonly arrivalMs: number;
  readonly data: Uint8Array;
  readonly events: readonly (Event | null)[];
  /** The step at which it arrived. */
  readonly step: number;
}

export interface LogShard {
  readonly stream: string;
  /** Of one stream alone: shards of two streams can have one. */
  readonly id: string;
  readonly parents: readonly string[];
  readonly records: LogRecord[];
  closed: boolean;
  /** Records up to and with this sequence number are not given out any more. */
  trimmedTo: number;
  /** It is beyond its retention: the source does not list it any more. */
  isUnlisted: boolean;
}

/** The streams of Kinesis. */
export class SimulatedLog {
  readonly shards: LogShard[] = [];
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  #sequence = 1;

  constructor(scheduler: Scheduler, faults: Faults) {
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  add(stream: string, parents: readonly string[] = []): LogShard {
    const shard = {
      stream,
      id: `1:shardId-${String(this.of(stream).length).padStart(12, '0')}`,
      parents,
      records: [],
      closed: false,
      trimmedTo: 0,
      isUnlisted: false,
    };
    this.shards.push(shard);
    return shard;
  }

  openOf(stream: string): readonly LogShard[] {
    return this.of(stream).filter(({ closed }) => !closed);
  }

  of(stream: string): readonly LogShard[] {
    return this.shards.filter((shard) => shard.stream === stream);
  }

  append(shard: LogShard, record: Omit<LogRecord, 'sequence' | 'step'>): void {
    shard.records.push({ ...record, sequence: this.#sequence++, step: this.#scheduler.steps });
  }

  split(shard: LogShard): void {
    shard.closed = true;
    this.add(shard.stream, [shard.id]);
    this.add(shard.stream, [shard.id]);
  }

  merge(first: LogShard, second: LogShard): void {
    first.closed = true;
    second.closed = true;
    this.add(first.stream, [first.id, second.id]);
  }

  /** What a process on the stream's own machine reads. */
  read(stream: string, shard: string, after: string | null, limit: number): readonly SourceRecord[] {
    const { records, trimmedTo } = this.#find(stream, shard);
    const from = Math.max(trimmedTo, Number(after ?? 0));
    return records
      .filter(({ sequence }) => sequence > from)
      .slice(0, limit)
      .map(({ sequence, arrivalMs, data }) => ({ sequence: String(sequence), arrivalMs, partitionKey: 'user', data }));
  }

  trim(stream: string, shard: string, upTo: string): void {
    const found = this.#find(stream, shard);
    found.trimmedTo = Math.max(found.trimmedTo, Number(upTo));
  }

  topologyOf(task: () => Task): ShardTopology {
    return {
      shards: async (stream) => {
        await this.#scheduler.turn(task(), 'lists the shards');
        const all: ShardInfo[] = this.of(stream)
          .filter(({ isUnlisted }) => !isUnlisted)
          .map(({ id, parents }) => ({ id, parents }));
        // The newest ones are not listed at once. The first ones always were.
        const isStale =
          all.length > 2 && (all.at(-1) as ShardInfo).parents.length > 0 && this.#faults.happens('staleTopology');
        return isStale ? all.slice(0, -1) : all;
      },
      probe: async (stream, id, after): Promise<Probe> => {
        await this.#scheduler.turn(task(), `probes ${id}`);
        const shard = this.#find(stream, id);
        const last = after === null ? 0 : Number(after.sequence);
        if (shard.records.some(({ sequence }) => sequence > last)) return 'recordsWaiting';
        return shard.closed ? 'ended' : 'caughtUp';
      },
    };
  }

  #find(stream: string, id: string): LogShard {
    const shard = this.of(stream).find((candidate) => candidate.id === id);
    if (shard === undefined) throw new Error(`There is no shard ${id} of stream '${stream}'.`);
    return shard;
  }
}
