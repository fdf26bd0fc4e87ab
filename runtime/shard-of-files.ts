import { type BatchItem, isLineBlock, linesFrom } from '../engine/decode/line-block.ts';
import type { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { compareSequences } from '../engine/ports/position.ts';
import type { Counters } from '../engine/state/checkpoint.ts';

/** One shard of a stream that is made of files: lines wait until they are a batch. */
export class ShardRun {
  readonly id: string;
  /** Lines up to this one are committed: a run that goes on does not read them again. */
  takenTo = '0';
  readonly #aggregator: ShardAggregator;
  #items: BatchItem[] = [];
  #waiting = 0;
  #bytes = 0;

  constructor(id: string, aggregator: ShardAggregator) {
    this.id = id;
    this.#aggregator = aggregator;
  }

  /** Lines that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many bytes more wait. */
  add(given: BatchItem): number {
    const item = this.#untaken(given);
    if (item === null) return 0;
    this.#items.push(item);
    this.#waiting += isLineBlock(item) ? item.lines : 1;
    this.#bytes += item.data.length;
    return item.data.length;
  }

  /**
   * How many bytes wait no longer, and what became of their events. Also with no records: the shard gets its checkpoint, without which there is no global
   * watermark.
   */
  async process(): Promise<{ readonly bytes: number; readonly committed: Counters }> {
    const items = this.#items;
    const bytes = this.#bytes;
    this.#items = [];
    this.#waiting = 0;
    this.#bytes = 0;
    const { committed } = await this.#aggregator.process(items);
    return { bytes, committed };
  }

  #untaken(item: BatchItem): BatchItem | null {
    if (isLineBlock(item)) return linesFrom(item, Number(this.takenTo) + 1);
    return compareSequences(item.sequence, this.takenTo) > 0 ? item : null;
  }
}
