import { append } from '../../engine/lists/append.ts';
import type { ShardInfo } from '../../engine/ports/shard-topology.ts';
import { StreamLogError } from '../stream-log-error.ts';

export interface LogEntry {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

export interface LogRecord extends LogEntry {
  /** Decimal, rising within a shard; never used twice, also after a trim. */
  readonly sequence: string;
  readonly arrivalMs: number;
}

interface Shard {
  readonly info: ShardInfo;
  records: LogRecord[];
  nextSequence: number;
  closed: boolean;
}

/** A Kinesis in miniature: streams of shards that can be appended to, read, trimmed, split, merged and closed. */
export class MemoryStreamLog {
  readonly #streams = new Map<string, Map<string, Shard>>();

  createStream(stream: string, shards: number): void {
    if (this.#streams.has(stream)) throw new StreamLogError(`The stream "${stream}" exists already: create it once.`);
    this.#streams.set(stream, new Map());
    for (let i = 0; i < shards; i++) this.#addShard(stream, []);
  }

  shards(stream: string): readonly ShardInfo[] {
    return [...this.#shardsOf(stream).values()].map((shard) => shard.info);
  }

  /** Appends records to an open shard and gives their sequence numbers. */
  append(stream: string, shard: string, entries: readonly LogEntry[], nowMs: number): readonly string[] {
    const target = this.#openShard(stream, shard);
    const records = entries.map(({ partitionKey, data }) => ({
      sequence: String(target.nextSequence++),
      arrivalMs: nowMs,
      partitionKey,
      data: data.slice(),
    }));
    append(target.records, records);
    return records.map((record) => record.sequence);
  }

  /** Records after a sequence number, in order; after null, from the oldest that is kept. */
  read(stream: string, shard: string, afterSequence: string | null, limit: number): readonly LogRecord[] {
    const after = afterSequence === null ? 0 : Number(afterSequence);
    const { records } = this.#shard(stream, shard);
    return records.filter((record) => Number(record.sequence) > after).slice(0, limit);
  }

  isClosed(stream: string, shard: string): boolean {
    return this.#shard(stream, shard).closed;
  }

  /** Forgets records up to and with a sequence number. */
  trim(stream: string, shard: string, upToSequence: string): void {
    const target = this.#shard(stream, shard);
    target.records = target.records.filter((record) => Number(record.sequence) > Number(upToSequence));
  }

  /** Closes a shard and gives its two children. */
  split(stream: string, shard: string): readonly [string, string] {
    this.closeShard(stream, shard);
    return [this.#addShard(stream, [shard]), this.#addShard(stream, [shard])];
  }

  /** Closes two shards and gives their child. */
  merge(stream: string, first: string, second: string): string {
    if (first === second)
      throw new StreamLogError(
        `The shard "${first}" of the stream "${stream}" cannot be merged with itself: name two shards.`,
      );
    this.#openShard(stream, second);
    this.closeShard(stream, first);
    this.closeShard(stream, second);
    return this.#addShard(stream, [first, second]);
  }

  /** No record comes to it any more; those that it holds can be read. */
  closeShard(stream: string, shard: string): void {
    this.#openShard(stream, shard).closed = true;
  }

  #addShard(stream: string, parents: readonly string[]): string {
    const shards = this.#shardsOf(stream);
    const id = `shardId-${String(shards.size).padStart(12, '0')}`;
    shards.set(id, { info: { id, parents }, records: [], nextSequence: 1, closed: false });
    return id;
  }

  #openShard(stream: string, shard: string): Shard {
    const found = this.#shard(stream, shard);
    if (found.closed)
      throw new StreamLogError(`The shard "${shard}" of the stream "${stream}" is closed: use one of its children.`);
    return found;
  }

  #shard(stream: string, shard: string): Shard {
    const found = this.#shardsOf(stream).get(shard);
    if (found !== undefined) return found;
    throw new StreamLogError(`The stream "${stream}" has no shard "${shard}": use one that it lists.`);
  }

  #shardsOf(stream: string): Map<string, Shard> {
    const found = this.#streams.get(stream);
    if (found !== undefined) return found;
    throw new StreamLogError(`There is no stream "${stream}": create it first.`);
  }
}
