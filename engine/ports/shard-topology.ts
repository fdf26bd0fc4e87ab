import type { Position } from './position.ts';

/** What the source knows of its own shards. On AWS: `ListShards` and `GetRecords` of a Kinesis stream. */
export interface ShardTopology {
  /** Every shard that the source still remembers, open or closed, in no particular order. */
  shards(stream: string): Promise<readonly ShardInfo[]>;

  /** Looks at what follows a position, without consuming it. Null: from the oldest record that the source keeps. */
  probe(stream: string, shard: string, after: Position | null): Promise<Probe>;
}

export interface ShardInfo {
  /**
   * Unique for all time. On AWS it includes the stream's creation time, because a recreated stream reuses shard ids.
   */
  readonly id: string;
  /** Shards that this one came from by a split (one) or a merge (two). */
  readonly parents: readonly string[];
}

export type Probe =
  /** At least one record waits to be read, or whoever fills the shard has more to send that is there already. */
  | 'recordsWaiting'
  /** There is nothing to read now, and the shard is open. */
  | 'caughtUp'
  /** There is nothing to read now, the shard is open, and a replay that filled it has sent all that it had. */
  | 'replayed'
  /** There is nothing to read, and there never will be: the shard is closed. */
  | 'ended';
