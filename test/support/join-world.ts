import { type MemoryStores, memoryStores } from '../../adapters/memory/index.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import { type FinalizePorts, type FinalizeResult, finalizeView } from '../../engine/finalize/finalizer.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan } from '../../engine/plan/plan.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { registerShards } from '../../engine/protocol/register-shards.ts';
import { loadShards, totalCounters } from '../../engine/state/shard-rollup.ts';
import { endStream, sweepStream } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { ManualClock } from './manual-clock.ts';

/** A pipeline of several streams on memory stores. */
export class JoinWorld {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 1));
  readonly stores: MemoryStores = memoryStores(this.clock);
  readonly plan: PipelinePlan;
  readonly #shards: number;
  #sequence = 0;

  constructor(exported: unknown, shards = 1) {
    this.plan = compilePipeline(pipelineDefinition(exported, 'the test'));
    this.#shards = shards;
  }

  get ports(): FinalizePorts {
    return { ...this.stores, clock: this.clock };
  }

  get #shardPorts() {
    const shards = Array.from({ length: this.#shards }, (_, index) => ({ id: `s${index}`, parents: [] }));
    const topology = { shards: async () => shards, probe: async () => 'caughtUp' as const };
    return { ...this.ports, topology };
  }

  stream(name: string): StreamPlan {
    const found = this.plan.streams.find((stream) => stream.name === name);
    if (found === undefined) throw new Error(`There is no stream '${name}'.`);
    return found;
  }

  /** One batch of a cold container. */
  async take(stream: string, events: readonly object[], shard = 0, state: StateStore = this.stores.state) {
    const ports = { ...this.#shardPorts, deadLetters: this.stores.deadLetters, state };
    return new ShardAggregator(this.stream(stream), `s${shard}`, ports, { generation: 1 }).process(
      events.map(
        (event): SourceRecord => ({
          sequence: String(++this.#sequence),
          arrivalMs: null,
          partitionKey: null,
          data: Buffer.from(JSON.stringify(event)),
        }),
      ),
    );
  }

  /** Sweeps all streams now and each minute. */
  async sweepFor(minutes: number): Promise<void> {
    for (let minute = 0; minute <= minutes; minute++) {
      for (const stream of this.plan.streams) await sweepStream(stream, this.#shardPorts);
      this.clock.advance(60_000);
    }
  }

  /** Joins and views, sources first, each until nothing is left to do. */
  async finalizeAll(ports: Partial<FinalizePorts> = {}, timeIsUp: () => boolean = () => false): Promise<void> {
    for (const view of this.plan.finalized) {
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        let result: FinalizeResult;
        do result = await finalizeView(view, bucket, { ...this.ports, ...ports }, timeIsUp);
        while (result.outcome === 'more');
      }
    }
  }

  async end(): Promise<void> {
    for (const { name } of this.plan.streams) await registerShards(this.#shardPorts, name);
    for (const stream of this.plan.streams) await endStream(stream, this.stores.state);
    await this.finalizeAll();
  }

  async counters(stream: string) {
    return totalCounters(await loadShards(this.stores.state, stream));
  }

  /** Columns of a view's rows. */
  async rows(name: string): Promise<Record<string, unknown>[]> {
    const view = this.plan.views.find((candidate) => candidate.name === name);
    if (view === undefined) throw new Error(`There is no view '${name}'.`);
    const query = { view: view.key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 100_000 };
    const { rows } = await this.stores.results.windows(query);
    return rows.map(({ columns }) => JSON.parse(columns));
  }
}
