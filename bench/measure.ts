import { type MemoryStores, memoryStores } from '../adapters/memory/index.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { finalizeView } from '../engine/finalize/finalizer.ts';
import { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan, type ViewPlan } from '../engine/plan/plan.ts';
import type { DeadLetterSink } from '../engine/ports/dead-letter-sink.ts';
import { noPause } from '../engine/ports/retry.ts';
import type { Item, ItemKey, ItemWrite, StateStore } from '../engine/ports/state-store.ts';
import { LARGEST_ITEM_BYTES, LargeItems } from '../engine/protocol/large-items.ts';
import { readObjectKey } from '../engine/state/object-keys.ts';
import { noteBehind } from '../engine/sweep/behind.ts';
import { endStream, sweepStream } from '../engine/sweep/sweep.ts';
import { PageMeter } from './page-meter.ts';
import { itemBytes, kilobytesBegun } from './units.ts';

export const BATCH = 5000;
export const clock = { nowMs: () => Date.UTC(2026, 0, 1) };

/** A pipeline that is compiled already. */
export class CompiledBench {
  readonly plan: PipelinePlan;

  constructor(plan: PipelinePlan) {
    this.plan = plan;
  }
}

/** Whether what lies in a partition of the state's keys is counted. */
export type Counts = (partition: string) => boolean;

/** A pipeline of one view, of one stream or of several, and the stores that a run of it fills. */
export class Bench {
  /** The first one, of several. */
  readonly stream: StreamPlan;
  readonly view: ViewPlan;
  readonly #plan: PipelinePlan;
  readonly stores: MemoryStores = memoryStores(clock);
  readonly pages: PageMeter;
  /** Where large segments and ids are: all of them objects of S3. */
  readonly objects: PageMeter;
  #bytesWritten = 0;
  #writeUnits = 0;
  #readUnits = 0;
  readonly #state: StateStore;
  readonly #deadLetters: DeadLetterSink;
  readonly #largestItemBytes: number;
  readonly #counts: Counts;
  /** Deleting an item costs what writing it does. */
  readonly #itemBytes = new Map<string, number>();

  /**
   * `exported`: a pipeline, or the plan of one. `deadLetters`: where to put dead letters in place of memory. `largestItemBytes`: up
   * to this size segments and ids are items. `counts`: which partitions are counted.
   */
  constructor(
    exported: unknown,
    deadLetters?: DeadLetterSink,
    largestItemBytes = LARGEST_ITEM_BYTES,
    counts: Counts = () => true,
  ) {
    this.pages = new PageMeter(this.stores.pages, undefined, ({ partition }) => counts(partition));
    this.objects = new PageMeter(memoryStores(clock).pages, 0, (key) =>
      counts((readObjectKey(key)?.item ?? key).partition),
    );
    this.#counts = counts;
    const plan =
      exported instanceof CompiledBench
        ? exported.plan
        : compilePipeline(pipelineDefinition(exported, 'bench/pipeline.ts'));
    const [stream] = plan.streams;
    const [view] = plan.views;
    if (!stream || !view) throw new Error('A bench pipeline has one stream and one view.');
    this.stream = stream;
    this.view = view;
    this.#plan = plan;
    const { state } = this.stores;
    this.#largestItemBytes = largestItemBytes;
    this.#deadLetters = deadLetters ?? this.stores.deadLetters;
    const items: StateStore = {
      get: async (key) => {
        const item = await state.get(key);
        if (counts(key.partition)) this.#readUnits += readUnits([item]);
        return item;
      },
      query: async (range) => {
        const items = await state.query(range);
        if (counts(range.partition)) this.#readUnits += readUnits(items);
        return items;
      },
      delete: (keys) => {
        for (const key of keys.filter(({ partition }) => counts(partition)))
          this.#writeUnits += kilobytesBegun(this.#forget(key));
        return state.delete(keys);
      },
      transact: (writes) => {
        for (const write of writes) this.#count(write);
        return state.transact(writes);
      },
    };
    let tokens = 0;
    this.#state = new LargeItems({
      items,
      objects: this.objects,
      clock,
      pause: noPause,
      newToken: () => String(tokens++).padStart(36, '0'),
      largestItemBytes,
    });
    for (const { name } of plan.streams) this.stores.log.createStream(name, 1);
  }

  get bytesWritten(): number {
    return this.#bytesWritten + this.pages.bytesWritten + this.objects.bytesWritten;
  }

  /** Of DynamoDB. */
  get writeUnits(): number {
    return this.#writeUnits + this.pages.writeUnits;
  }

  /** PUTs of large segments, ids and pages. */
  get puts(): number {
    return this.objects.puts + this.pages.puts;
  }

  get gets(): number {
    return this.objects.gets + this.pages.gets;
  }

  /** All that was written, in write units by what it costs. */
  get pricedUnits(): number {
    return this.writeUnits + UNITS_OF_A_PUT * this.puts;
  }

  get readUnits(): number {
    return this.#readUnits + this.pages.readUnits;
  }

  /** Of all items that lie in the state's table, without pages. */
  get heldBytes(): number {
    return [...this.#itemBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** DynamoDB bills a transaction twice. */
  #count(write: ItemWrite): void {
    if (!this.#counts(write.key.partition)) return;
    const bytes = write.kind === 'delete' ? this.#forget(write.key) : sizeOf(write);
    this.#bytesWritten += bytes;
    if (write.kind === 'put') this.#itemBytes.set(JSON.stringify(write.key), bytes);
    this.#writeUnits += 2 * kilobytesBegun(bytes);
  }

  #forget(key: ItemKey): number {
    const text = JSON.stringify(key);
    const bytes = this.#itemBytes.get(text) ?? 1;
    this.#itemBytes.delete(text);
    return bytes;
  }

  /** Decodes, aggregates and commits all records in batches; `each` is called after every batch. Seconds. */
  async aggregate(
    records: readonly SourceRecord[],
    recordsPerBatch: number,
    each: () => Promise<unknown> = async () => undefined,
    stream = this.stream,
  ): Promise<number> {
    const aggregator = await this.aggregator(stream);
    const started = performance.now();
    for (let from = 0; from < records.length; from += recordsPerBatch) {
      await aggregator.process(records.slice(from, from + recordsPerBatch));
      await each();
    }
    return (performance.now() - started) / 1000;
  }

  /** What takes in the batches of a stream, as a warm container does. */
  async aggregator(stream = this.stream): Promise<ShardAggregator> {
    const [shard] = await this.stores.topology.shards(stream.name);
    const ports = { ...this.stores, state: this.#state, deadLetters: this.#deadLetters, clock };
    return new ShardAggregator(stream, shard?.id ?? '', ports, {
      generation: 1,
      largestRewriteBytes: this.#largestItemBytes,
    });
  }

  /** One sweep of the stream, at an instant, and what its function notes of it. */
  async sweep(nowMs: number) {
    const report = await sweepStream(this.stream, {
      ...this.stores,
      state: this.#state,
      clock: { nowMs: () => nowMs },
    });
    await noteBehind(this.stream.name, report.behind, this.#state, nowMs);
    return report;
  }

  streamOf(name: string): StreamPlan {
    const found = this.#plan.streams.find((stream) => stream.name === name);
    if (found === undefined) throw new Error(`The bench has no stream '${name}'.`);
    return found;
  }

  /** The end of all streams: joins before the views that take their rows. */
  async end(): Promise<void> {
    for (const stream of this.#plan.streams) await endStream(stream, this.#state);
    await this.finalizeAll();
  }

  /** A round of each view and log, upstream first. The names of those that had something to do. */
  async finalizeAll(): Promise<readonly string[]> {
    const busy: string[] = [];
    for (const view of this.#plan.finalized) {
      if ((await this.finalize(view)).outcome !== 'idle') busy.push(view.name);
    }
    return busy;
  }

  finalize(view = this.view) {
    return finalizeView(view, 0, { ...this.stores, state: this.#state, pages: this.pages, clock });
  }
}

function sizeOf({ key, data }: Item): number {
  return itemBytes(key, Buffer.byteLength(data));
}

/** 5 $ a million PUTs, 0.625 $ a million write units. */
const UNITS_OF_A_PUT = 8;

/** A consistent read costs a unit for each 4 KB begun of all that it finds, and one where it finds nothing. */
function readUnits(items: readonly (Item | null)[]): number {
  const bytes = items.reduce((sum, item) => sum + (item === null ? 0 : Buffer.byteLength(item.data)), 0);
  return Math.max(1, Math.ceil(bytes / 4096));
}

export const format = (n: number, digits = 0) => n.toLocaleString('en-US', { maximumFractionDigits: digits });
export const print = (line = '') => process.stdout.write(`${line}\n`);

/** Of all threads of the process: what other processes take is not in it. */
export async function cpuSeconds(run: () => unknown): Promise<number> {
  const from = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

/** The middle of the runs after the first, which warms the compiler up. */
export async function median(run: () => Promise<number>, runs = 3): Promise<number> {
  await run();
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) seconds.push(await run());
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}
