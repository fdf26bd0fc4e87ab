import { type BatchItem, isLineBlock, lineRecords, linesFrom, linesOf } from '../engine/decode/line-block.ts';
import type { ForeseenChunk } from '../engine/ingest/foreseen-chunk.ts';
import type { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { compareSequences } from '../engine/ports/position.ts';
import type { Counters } from '../engine/state/checkpoint.ts';
import { BatchPacker, type PackedBatch, unpackBatch } from './packed-batch.ts';

/** Lines of a shard that are aggregated together. */
export interface ShardBatch {
  readonly shard: ShardRun;
  readonly packed: PackedBatch;
  readonly bytes: number;
}

/** One shard of a stream that is made of files: lines wait until they are a batch. */
export class ShardRun {
  readonly id: string;
  /** Lines up to this one are committed: a run that goes on does not read them again. */
  takenTo = '0';
  readonly #aggregator: ShardAggregator;
  #packer: BatchPacker | null = null;
  /** Of batches that are committed. */
  readonly #memory: ArrayBuffer[] = [];
  #waiting = 0;

  constructor(id: string, aggregator: ShardAggregator) {
    this.id = id;
    this.#aggregator = aggregator;
  }

  /** Lines that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Copies lines. How many bytes more wait. */
  add(given: BatchItem): number {
    this.#packer ??= this.#begin();
    const before = this.#packer.length;
    for (const item of this.#untaken(given)) {
      this.#packer.add(item);
      this.#waiting += isLineBlock(item) ? item.lines : 1;
    }
    return this.#packer.length - before;
  }

  /** Takes out the lines that wait. */
  take(): ShardBatch {
    const packer = this.#packer ?? this.#begin();
    this.#packer = null;
    this.#waiting = 0;
    return { shard: this, packed: packer.finish(), bytes: packer.length };
  }

  #begin(): BatchPacker {
    return new BatchPacker(this.#memory.pop());
  }

  /**
   * Says what became of a batch's events. Also one without records: the shard gets its checkpoint, without which there is no
   * global watermark.
   */
  async commit({ packed }: ShardBatch, foreseen: ForeseenChunk | null): Promise<Counters> {
    const { committed } = await this.#aggregator.process(unpackBatch(packed), foreseen);
    this.#memory.push(packed.memory);
    return committed;
  }

  /**
   * What may not be committed. The last line that is may have grown since: more events on the same line are behind its position, which
   * the checkpoint tells.
   */
  #untaken(item: BatchItem): readonly BatchItem[] {
    if (!isLineBlock(item)) return compareSequences(item.sequence, this.takenTo) >= 0 ? [item] : [];
    const taken = Number(this.takenTo);
    const rest = linesFrom(item, taken + 1);
    const at = taken - item.firstSequence;
    const last = at >= 0 && at < item.lines ? [...lineRecords(linesOf(item, at, at + 1))] : [];
    return rest === null ? last : [...last, rest];
  }
}
