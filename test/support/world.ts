import { type MemoryStores, memoryStores } from '../../adapters/memory/index.ts';
import type { SourceRecord } from '../../engine/decode/source-record.ts';
import { type FinalizePorts, type FinalizeResult, finalizeView } from '../../engine/finalize/finalizer.ts';
import { type AggregatePorts, type AggregateSettings, ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';
import type { SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import type { Wake } from '../../engine/ports/finalize-queue.ts';
import type { StoredRow } from '../../engine/ports/result-store.ts';
import { noPause } from '../../engine/ports/retry.ts';
import type { Item, StateStore } from '../../engine/ports/state-store.ts';
import { type Checkpoint, type Counters, listCheckpoints } from '../../engine/state/checkpoint.ts';
import { markerPartition, segmentPartition } from '../../engine/state/keys.ts';
import { loadProgress, type Progress } from '../../engine/state/progress.ts';
import { loadShards, totalCounters } from '../../engine/state/shard-rollup.ts';
import { globalWatermark } from '../../engine/state/watermark.ts';
import { endStream, type SweepReport, sweepStream } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { at } from './clicks.ts';
import { FaultyStateStore } from './faulty-state-store.ts';
import { ManualClock } from './manual-clock.ts';
import { type KitOptions, type KitView, kitStream, viewNamed } from './pipeline-kit.ts';
import { ShardLog } from './shard-log.ts';

export interface WorldOptions extends KitOptions {
  readonly shards?: readonly string[];
}

/** A row as tests compare it. */
export interface PlainRow {
  readonly start: number;
  readonly columns: Record<string, unknown>;
  readonly revision: number;
  readonly partial: boolean;
  readonly lateEvents: number;
}

/** The whole of streamgauge on memory stores, with a clock, a source and faults that the test holds in its hands. */
export class World {
  readonly clock = new ManualClock(at('12:00'));
  readonly stores: MemoryStores = memoryStores(this.clock);
  readonly state = new FaultyStateStore(this.stores.state);
  readonly log = new ShardLog();
  readonly stream: StreamPlan;

  constructor(options: WorldOptions = {}) {
    this.stream = kitStream(options);
    for (const shard of options.shards ?? ['s1']) this.log.add(shard);
  }

  get ports(): AggregatePorts & FinalizePorts {
    const { pages, results, queue, deadLetters } = this.stores;
    return {
      state: this.state,
      pages,
      results,
      queue,
      deadLetters,
      topology: this.log,
      clock: this.clock,
      pause: noPause,
    };
  }

  /** A container for a shard. Each call is a cold start. */
  aggregator(
    shard = 's1',
    ports: Partial<AggregatePorts> = {},
    settings: Partial<AggregateSettings> = {},
    stream = this.stream,
  ): ShardAggregator {
    return new ShardAggregator(stream, shard, { ...this.ports, ...ports }, { generation: 1, ...settings });
  }

  /** A cold container takes in one batch. */
  async take(records: readonly SourceRecord[], shard = 's1') {
    return this.aggregator(shard).process(records);
  }

  async finalize(name: KitView = 'pages', bucket = 0, ports: Partial<FinalizePorts> = {}): Promise<FinalizeResult> {
    return finalizeView(viewNamed(this.stream, name), bucket, { ...this.ports, ...ports });
  }

  /** Every view and bucket, until nothing is left to do. */
  async finalizeAll(stream = this.stream): Promise<void> {
    for (const view of stream.views) {
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        let result = await finalizeView(view, bucket, this.ports);
        while (result.outcome === 'more') result = await finalizeView(view, bucket, this.ports);
      }
    }
  }

  async sweep(): Promise<SweepReport> {
    return sweepStream(this.stream, this.ports);
  }

  /** Sweeps now and each minute: what nothing comes to all the while has been idle for so many. Gives the last report. */
  async sweepFor(minutes: number): Promise<SweepReport> {
    let report = await this.sweep();
    for (let minute = 0; minute < minutes; minute++) {
      this.clock.advance(60_000);
      report = await this.sweep();
    }
    return report;
  }

  /** Takes the wakes out of the queue. */
  async wakes(): Promise<readonly Wake[]> {
    const waiting = await this.stores.queue.waiting(1000);
    await this.stores.queue.remove(waiting.map(({ id }) => id));
    return waiting.map(({ wake }) => wake);
  }

  async end(): Promise<void> {
    await endStream(this.stream, this.state);
    await this.finalizeAll();
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return listCheckpoints(this.stores.state, this.stream.name);
  }

  async checkpoint(shard = 's1'): Promise<Checkpoint> {
    const found = (await this.checkpoints()).find((candidate) => candidate.shard === shard);
    if (found === undefined) throw new Error(`Shard '${shard}' has no checkpoint.`);
    return found;
  }

  async watermark(): Promise<number> {
    return globalWatermark(await this.checkpoints());
  }

  async counters(): Promise<Counters> {
    return totalCounters(await loadShards(this.stores.state, this.stream.name));
  }

  async progress(name: KitView = 'pages', bucket = 0): Promise<Progress> {
    return loadProgress(this.stores.state, viewNamed(this.stream, name).key, bucket);
  }

  async segments(shard = 's1', name: KitView = 'pages', bucket = 0): Promise<readonly Item[]> {
    return this.stores.state.query({ partition: segmentPartition(viewNamed(this.stream, name).key, bucket, shard) });
  }

  async markers(name: KitView = 'pages', bucket = 0): Promise<readonly Item[]> {
    return this.stores.state.query({ partition: markerPartition(viewNamed(this.stream, name).key, bucket) });
  }

  async sides(): Promise<readonly SideOutput[]> {
    return this.stores.deadLetters.read(this.stream.name);
  }

  async stored(name: KitView = 'pages'): Promise<readonly StoredRow[]> {
    const { key } = viewNamed(this.stream, name);
    const query = { view: key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 100_000 };
    return (await this.stores.results.windows(query)).rows;
  }

  async rows(name: KitView = 'pages'): Promise<PlainRow[]> {
    return (await this.stored(name)).map(plainRow);
  }

  /** `['10:00 /a 3', …]`: start, page and one column of each row. */
  async summary(name: KitView = 'pages', group = 'page', column = 'views'): Promise<string[]> {
    return (await this.rows(name)).map(({ start, columns }) => {
      const time = new Date(start).toISOString().slice(11, 16);
      return [time, ...(group in columns ? [columns[group]] : []), columns[column]].join(' ');
    });
  }
}

function plainRow({ windowStartMs, columns, revision, partial, lateEvents }: StoredRow): PlainRow {
  return {
    start: windowStartMs,
    columns: JSON.parse(columns) as Record<string, unknown>,
    revision,
    partial,
    lateEvents,
  };
}

/** What a process sees of the state: everything goes through `store`, for tests that put their own in between. */
export type StateWrapper = (store: StateStore) => StateStore;
