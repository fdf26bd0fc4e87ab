import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStores, openEmbedded } from '../../../adapters/embedded/index.ts';
import type { Pipeline } from '../../../engine/dsl/pipeline.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan } from '../../../engine/plan/plan.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { LiveRuntime } from '../../../runtime/live/live-runtime.ts';
import type { ReplayOptions } from '../../../runtime/live/replayer.ts';
import type { StreamStatus } from '../../../runtime/live-status.ts';
import { ManualClock } from '../../support/manual-clock.ts';

export interface MachineOptions {
  readonly pipeline: Pipeline;
  readonly startMs: number;
  readonly shards?: number;
  readonly replays?: Readonly<Record<string, ReplayOptions>>;
}

/** One machine with a store on disk, on which one process at a time runs the pipeline; the test holds both its clocks. */
export class LiveMachine {
  readonly plan: PipelinePlan;
  readonly clock: ManualClock;
  /** As on a real machine it has nothing to do with the time of day. */
  readonly monotonic = new ManualClock(5000);
  stores: EmbeddedStores;
  readonly #dir = mkdtempSync(join(tmpdir(), 'live-'));
  readonly #options: MachineOptions;
  #runtime: LiveRuntime | null = null;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.plan = compilePipeline(pipelineDefinition(options.pipeline, 'the test'));
    this.clock = new ManualClock(options.startMs);
    this.stores = this.openStores();
  }

  /** The process, which is started where there is none. */
  async runtime(): Promise<LiveRuntime> {
    const { shards = 1, replays = {} } = this.#options;
    const { plan, stores, clock, monotonic } = this;
    const files = new Map(Object.entries(replays));
    this.#runtime ??= await LiveRuntime.open({ plan, stores, storePath: '', shards, replays: files, clock, monotonic });
    return this.#runtime;
  }

  /** The process goes on for so long, in ticks of a second, or longer ones where a test only waits. */
  async run(ms: number, tickMs = 1000): Promise<void> {
    const runtime = await this.runtime();
    for (let doneMs = 0; doneMs < ms; doneMs += tickMs) {
      this.clock.advance(tickMs);
      this.monotonic.advance(tickMs);
      await runtime.tick();
    }
  }

  /** The process dies and nothing happens for so long; the next one begins with a monotonic clock of its own. */
  pause(ms: number): void {
    this.stores.close();
    this.#runtime = null;
    this.clock.advance(ms);
    this.monotonic.set(ms % 7777);
    this.stores = this.openStores();
  }

  /** The next transaction of the state after so many fails, and all that follow: what the process is at is cut off. */
  dieAfter(transactions: number): void {
    const { state } = this.stores;
    const transact = state.transact.bind(state);
    let left = transactions;
    state.transact = async (writes: readonly ItemWrite[]) => {
      if (left-- > 0) return transact(writes);
      throw new Killed();
    };
  }

  async stream(): Promise<StreamStatus> {
    const [stream] = (await (await this.runtime()).status()).streams;
    return stream as StreamStatus;
  }

  /** All rows, without how often they were written. */
  async rows(): Promise<readonly string[]> {
    const found = await Promise.all(this.plan.views.map((view) => this.#rowsOf(view.name, view.key)));
    return found.flat();
  }

  async #rowsOf(name: string, view: string): Promise<string[]> {
    const query = { view, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 1_000_000 };
    const { rows } = await this.stores.results.windows(query);
    return rows.map(({ windowStartMs, columns, partial, lateEvents }) => {
      const remarks = [...(partial ? ['partial'] : []), ...(lateEvents > 0 ? [`${lateEvents} late`] : [])];
      return [name, new Date(windowStartMs).toISOString(), columns, ...remarks].join(' ');
    });
  }

  file(name: string, lines: readonly object[]): string {
    const path = join(this.#dir, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  }

  close(): void {
    this.stores.close();
    rmSync(this.#dir, { recursive: true });
  }

  /** The store once more, as another process has it. */
  openStores(): EmbeddedStores {
    return openEmbedded(join(this.#dir, 'store.db'), this.clock);
  }
}

export class Killed extends Error {
  override readonly name = 'Killed';
}
