import { type MemoryStores, memoryStores } from '../adapters/memory/index.ts';
import { ShardAggregator } from '../engine/aggregate/shard-aggregator.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { pipelineDefinition } from '../engine/definition/pipeline.ts';
import { finalizeView } from '../engine/finalize/finalizer.ts';
import { compilePipeline, type StreamPlan, type ViewPlan } from '../engine/plan/plan.ts';
import { writeBytes } from '../engine/ports/commit-size.ts';
import type { ItemWrite, StateStore } from '../engine/ports/state-store.ts';

export const BATCH = 5000;
export const clock = { nowMs: () => Date.UTC(2026, 0, 1) };

/** A stream with one view, and the stores that a run of it fills. */
export class Bench {
  readonly stream: StreamPlan;
  readonly view: ViewPlan;
  readonly stores: MemoryStores = memoryStores(clock);
  bytesWritten = 0;
  writeUnits = 0;
  readonly #state: StateStore;

  constructor(exported: unknown) {
    const plan = compilePipeline(pipelineDefinition(exported, 'bench/pipeline.ts'));
    const [stream] = plan.streams;
    const [view] = plan.views;
    if (!stream || !view) throw new Error('A bench pipeline has one stream and one view.');
    this.stream = stream;
    this.view = view;
    const { state } = this.stores;
    this.#state = {
      get: (key) => state.get(key),
      query: (range) => state.query(range),
      delete: (keys) => {
        this.writeUnits += keys.length;
        return state.delete(keys);
      },
      transact: (writes) => {
        for (const write of writes) {
          this.bytesWritten += writeBytes(write);
          this.writeUnits += transactionalWriteUnits(write);
        }
        return state.transact(writes);
      },
    };
    this.stores.log.createStream(stream.name, 1);
  }

  /** Decodes, aggregates and commits all records in batches; `each` is called after every batch. Seconds. */
  async aggregate(
    records: readonly SourceRecord[],
    recordsPerBatch: number,
    each: () => Promise<unknown> = async () => undefined,
  ): Promise<number> {
    const [shard] = await this.stores.topology.shards(this.stream.name);
    const ports = { ...this.stores, state: this.#state, clock };
    const settings = { generation: 1, retentionMs: 0 };
    const aggregator = new ShardAggregator(this.stream, shard?.id ?? '', ports, settings);
    const started = performance.now();
    for (let from = 0; from < records.length; from += recordsPerBatch) {
      await aggregator.process(records.slice(from, from + recordsPerBatch));
      await each();
    }
    return (performance.now() - started) / 1000;
  }

  finalize() {
    return finalizeView(this.view, 0, { ...this.stores, state: this.#state, clock });
  }
}

/** DynamoDB bills each kilobyte begun, and a transaction twice. */
function transactionalWriteUnits(write: ItemWrite): number {
  return 2 * Math.ceil(writeBytes(write) / 1024);
}

export const format = (n: number, digits = 0) => n.toLocaleString('en-US', { maximumFractionDigits: digits });
export const print = (line = '') => process.stdout.write(`${line}\n`);

/** The middle of the runs after the first, which warms the compiler up. */
export async function median(run: () => Promise<number>, runs = 3): Promise<number> {
  await run();
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) seconds.push(await run());
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}
