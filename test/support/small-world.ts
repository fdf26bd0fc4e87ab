import { type MemoryStores, memoryStores } from '../../adapters/memory/index.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import { type FinalizePorts, finalizeView } from '../../engine/finalize/finalizer.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type ViewPlan } from '../../engine/plan/plan.ts';
import type { ShardInfo } from '../../engine/ports/shard-topology.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { endStream } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { ManualClock } from './manual-clock.ts';

/** A pipeline of one stream on memory stores, for tests that say when each thing happens. */
export class SmallWorld {
  readonly clock: ManualClock;
  readonly stores: MemoryStores;
  readonly plan: PipelinePlan;
  shards: ShardInfo[] = [{ id: 's1', parents: [] }];
  #sequence: number;

  /** @param before whose stores, clock and stream it goes on with, as a deployment does. */
  constructor(exported: unknown, before?: SmallWorld) {
    this.clock = before?.clock ?? new ManualClock(Date.UTC(2026, 0, 1));
    this.stores = before?.stores ?? memoryStores(this.clock);
    this.#sequence = before === undefined ? 0 : before.#sequence;
    this.plan = compilePipeline(pipelineDefinition(exported, 'the test'));
  }

  get stream() {
    const [stream] = this.plan.streams;
    if (stream === undefined) throw new Error('A small world has a stream.');
    return stream;
  }

  get ports(): FinalizePorts {
    return { ...this.stores, clock: this.clock };
  }

  view(name: string): ViewPlan {
    const found = this.plan.views.find((view) => view.name === name);
    if (found === undefined) throw new Error(`There is no view '${name}'.`);
    return found;
  }

  /** A container for a shard; each call is a cold start. */
  container(shard = 's1', state: StateStore = this.stores.state): ShardAggregator {
    const topology = { shards: async () => this.shards, probe: async () => 'caughtUp' as const };
    const settings = { generation: 1 };
    return new ShardAggregator(
      this.stream,
      shard,
      { ...this.ports, deadLetters: this.stores.deadLetters, state, topology },
      settings,
    );
  }

  /** One batch; each event is a record. */
  async take(events: readonly object[], container = this.container()) {
    return container.process(this.records(events));
  }

  records(events: readonly object[]): SourceRecord[] {
    return events.map((event) => ({
      sequence: String(++this.#sequence),
      arrivalMs: null,
      partitionKey: null,
      data: Buffer.from(JSON.stringify(event)),
    }));
  }

  async finalize(name: string, ports: Partial<FinalizePorts> = {}, timeIsUp?: () => boolean, bucket = 0) {
    return finalizeView(this.view(name), bucket, { ...this.ports, ...ports }, timeIsUp);
  }

  async finalizeAll(): Promise<void> {
    for (const { name } of this.plan.views) await this.finalize(name);
  }

  /** No further event comes: the watermark goes to the end of time. */
  async endEvents(): Promise<void> {
    await endStream(this.stream, this.stores.state);
  }

  async end(): Promise<void> {
    await this.endEvents();
    await this.finalizeAll();
  }

  /** Live rows of a view, with what they have beside their columns. */
  async rows(name: string): Promise<Record<string, unknown>[]> {
    const { key } = this.view(name);
    const query = { view: key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 1000 };
    const { rows } = await this.stores.results.windows(query);
    return rows.map(({ columns, revision, lateEvents }) => ({ ...JSON.parse(columns), revision, lateEvents }));
  }
}
