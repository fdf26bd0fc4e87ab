import type { SourceRecord } from '../../engine/decode/source-record.ts';
import type { CommitContext } from '../../engine/ingest/commit.ts';
import { type AggregatePorts, ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';
import { loadCheckpoint } from '../../engine/state/checkpoint.ts';

const BATCH_RECORDS = 5000;
/** On a disk a byte that is written again costs little, and windows close and show sooner with few segments. */
const REWRITE_FACTOR = 4;

/** A stream that is read from this process. */
export interface ReadableLog {
  /** Records after a sequence number, in order; after null, from the oldest that is kept. */
  read(stream: string, shard: string, afterSequence: string | null, limit: number): readonly SourceRecord[];
}

export type PollerContext = Pick<CommitContext, 'generation' | 'startsAtMs'>;

/** Reads one shard of a log and hands its batches to the aggregate stage, as an event source mapping does. */
export class ShardPoller {
  readonly #stream: StreamPlan;
  readonly #shard: string;
  readonly #log: ReadableLog;
  readonly #aggregator: ShardAggregator;
  #after: string | null;

  private constructor(
    stream: StreamPlan,
    shard: string,
    log: ReadableLog,
    ports: AggregatePorts,
    context: PollerContext,
    after: string | null,
  ) {
    this.#stream = stream;
    this.#shard = shard;
    this.#log = log;
    this.#aggregator = new ShardAggregator(stream, shard, ports, { ...context, rewriteFactor: REWRITE_FACTOR });
    this.#after = after;
  }

  static async open(
    stream: StreamPlan,
    shard: string,
    log: ReadableLog,
    ports: AggregatePorts,
    context: PollerContext,
  ): Promise<ShardPoller> {
    const checkpoint = await loadCheckpoint(ports.state, stream.name, shard);
    const sequence = checkpoint?.position?.sequence;
    // The record at the checkpoint may have been taken in half: it is read again, and its first events are skipped.
    const after = sequence === undefined ? null : String(BigInt(sequence) - 1n);
    return new ShardPoller(stream, shard, log, ports, context, after);
  }

  /** Processes everything that waits. */
  async poll(): Promise<void> {
    for (;;) {
      const records = this.#log.read(this.#stream.name, this.#shard, this.#after, BATCH_RECORDS);
      const last = records.at(-1);
      if (last === undefined) return;
      await this.#aggregator.process(records);
      this.#after = last.sequence;
    }
  }
}
