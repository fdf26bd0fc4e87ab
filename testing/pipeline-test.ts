import { type MemoryStores, memoryStores } from '../adapters/memory/index.ts';
import { partitionKeyOfLine, shardIndexOf } from '../adapters/shard-of.ts';
import type { Pipeline, RowOf } from '../engine/dsl/pipeline.ts';
import { type Duration, durationMs } from '../engine/ir/duration.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan, type StreamPlan, type ViewPlan } from '../engine/plan/plan.ts';
import type { Clock } from '../engine/ports/clock.ts';
import { readOpenWindows } from '../engine/query/open-windows.ts';
import { rowJson } from '../engine/query/shown-row.ts';
import { SWEEP_INTERVAL_MS } from '../engine/sweep/observations.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { formatInstant, parseInstant } from '../engine/time/instant.ts';
import { finalRows } from '../runtime/final-rows.ts';
import { LocalPipeline, type LocalPorts } from '../runtime/live/local-pipeline.ts';
import { finalizeAll } from '../runtime/local-finalizer.ts';
import { type Crash, CrashPlan } from './crash-plan.ts';
import { PipelineTestError, PlannedCrashError } from './errors.ts';
import { type SeenDeadLetter, type SeenLateEvent, seenDeadLetter, seenLateEvent } from './side-output.ts';

export interface PipelineTestOptions {
  /** What the clock shows at first, such as `'2026-03-01T12:00:00Z'`. It moves by `advance` alone. */
  readonly startAt: string;
  /** Shards of each stream. Events go to them by their partition keys. Default: 1. */
  readonly shards?: number;
  /** Records that are processed and committed together at most. Rows must not depend on it. Default: 500. */
  readonly batch?: number;
  /** Where the process dies. Another takes its place at once, and what was not committed comes again. */
  readonly crashes?: readonly Crash[];
}

/** Views by their names, as a pipeline has them. */
type Views = Readonly<Record<string, unknown>>;

const DEFAULT_BATCH = 500;

/**
 * A pipeline in this process's memory, with a clock that the test moves. The code is that which runs on AWS: events are
 * committed in batches, the watermark closes windows, and a sweep follows the clock once a minute.
 *
 * @example
 * const test = await PipelineTest.start(clicks, { startAt: '2026-03-01T12:00:00Z' });
 * await test.give('clicks', [{ user_id: 'ann', page_url: '/', timestamp: '2026-03-01T12:00:00Z' }]);
 * await test.advance('10 minutes');
 * await test.rows('page_views_5min');
 */
export class PipelineTest<Vs> {
  readonly #plan: PipelinePlan;
  readonly #clock: TestClock;
  readonly #stores: MemoryStores;
  readonly #ports: LocalPorts;
  readonly #crashes: CrashPlan;
  #process: LocalPipeline | null = null;

  private constructor(
    plan: PipelinePlan,
    { startAt, shards = 1, batch = DEFAULT_BATCH, crashes }: PipelineTestOptions,
  ) {
    this.#plan = plan;
    this.#clock = new TestClock(startMs(startAt));
    this.#stores = memoryStores(this.#clock);
    this.#crashes = new CrashPlan(crashes ?? []);
    const { log } = this.#stores;
    for (const { name } of plan.streams) log.createStream(name, atLeastOne(shards, 'shards'));
    const records = atLeastOne(batch, 'batch');
    this.#ports = this.#crashes.wrap({
      ...this.#stores,
      clock: this.#clock,
      monotonic: this.#clock,
      log: {
        read: (stream, shard, after, limit) => log.read(stream, shard, after, Math.min(limit, records)),
        trim: (stream, shard, upTo) => log.trim(stream, shard, upTo),
      },
    });
  }

  /**
   * @throws PipelineTestError where an option is wrong.
   */
  static async start<Vs extends Views>(
    definition: Pipeline<Vs>,
    options: PipelineTestOptions,
  ): Promise<PipelineTest<Vs>> {
    const plan = compilePipeline(pipelineDefinition(definition, 'What the test was given'));
    const test = new PipelineTest<Vs>(plan, options);
    await test.#round();
    return test;
  }

  /** What the clock shows. */
  get now(): string {
    return formatInstant(this.#clock.nowMs());
  }

  /** Writes to stores and queues so far: what `crashes` counts. */
  get writes(): number {
    return this.#crashes.writes;
  }

  /**
   * Gives a stream events, which arrive at once, in their order. An object becomes JSON; text and bytes are taken as they are,
   * so a test can give what is no event.
   */
  async give(stream: string, events: readonly (object | string | Uint8Array)[]): Promise<void> {
    const { name, definition } = this.#stream(stream);
    const { log } = this.#stores;
    const shards = log.shards(name);
    for (const event of events) {
      const data = bytesOf(event);
      const partitionKey = partitionKeyOfLine(definition, data);
      const shard = shards[shardIndexOf(partitionKey, shards.length)] as (typeof shards)[number];
      log.append(name, shard.id, [{ partitionKey, data }], this.#clock.nowMs());
    }
    await this.#round();
  }

  /** Moves the clock. A stream without events for its `idleTimeout` no longer holds windows open: event time goes on. */
  async advance(by: Duration): Promise<void> {
    const untilMs = this.#clock.nowMs() + durationMs(by, "The test's advance");
    while (this.#clock.nowMs() < untilMs) {
      // Step by step, because a sweep believes only in a silence that it has seen.
      this.#clock.advance(Math.min(SWEEP_INTERVAL_MS, untilMs - this.#clock.nowMs()));
      await this.#round();
    }
  }

  /** Ends all streams: every window closes, and what is given from here on is late. */
  async end(): Promise<void> {
    await this.#round();
    await this.#untilDone(async () => {
      for (const stream of this.#plan.streams) await endStream(stream, this.#ports.state);
      await finalizeAll(this.#plan, this.#ports);
    });
  }

  /** The final rows of a view, by window and then by group. */
  async rows<N extends keyof Vs & string>(view: N): Promise<readonly RowOf<Vs[N]>[]> {
    const rows: RowOf<Vs[N]>[] = [];
    for await (const row of finalRows(this.#view(view), this.#stores.results)) rows.push(row as RowOf<Vs[N]>);
    return rows;
  }

  /** Rows of the windows that are open, as they would be if these closed now. */
  async openRows<N extends keyof Vs & string>(view: N): Promise<readonly RowOf<Vs[N]>[]> {
    const windows = await readOpenWindows(this.#view(view), this.#stores, Number.POSITIVE_INFINITY);
    return windows.flatMap(({ rows }) => rows.map(rowJson)) as unknown as RowOf<Vs[N]>[];
  }

  /** Late events of all streams that a view keeps, by stream, shard and position. */
  async lateEvents(): Promise<readonly SeenLateEvent[]> {
    return (await this.#sideOutputs()).flatMap((output) => (output.kind === 'late' ? [seenLateEvent(output)] : []));
  }

  /** Dead letters of all streams, in the same order. */
  async deadLetters(): Promise<readonly SeenDeadLetter[]> {
    return (await this.#sideOutputs()).flatMap((output) => (output.kind === 'dead' ? [seenDeadLetter(output)] : []));
  }

  async #sideOutputs() {
    const { deadLetters } = this.#stores;
    return (await Promise.all(this.#plan.streams.map(({ name }) => deadLetters.read(name)))).flat();
  }

  /** Takes in what waits, sweeps where a minute has passed, and closes windows. */
  async #round(): Promise<void> {
    await this.#untilDone(async () => {
      const { log } = this.#stores;
      this.#process ??= await LocalPipeline.open(this.#plan, this.#ports, (stream) =>
        log.shards(stream).map(({ id }) => id),
      );
      await this.#process.round();
    });
  }

  /** Does something to its end, in as many processes as it takes. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PlannedCrashError)) throw error;
        this.#process = null;
      }
    }
  }

  #stream(name: string): StreamPlan {
    const { streams } = this.#plan;
    const found = streams.find((stream) => stream.name === name);
    if (found !== undefined) return found;
    throw new PipelineTestError(`The pipeline has no stream '${name}'. It has ${listOf(streams)}.`);
  }

  #view(name: string): ViewPlan {
    const { views } = this.#plan;
    const found = views.find((view) => view.name === name);
    if (found !== undefined) return found;
    throw new PipelineTestError(`The pipeline has no view '${name}'. It has ${listOf(views)}.`);
  }
}

/** A clock that stands until the test moves it. */
class TestClock implements Clock {
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

function startMs(startAt: string): number {
  const ms = parseInstant(startAt);
  if (!Number.isNaN(ms)) return ms;
  throw new PipelineTestError(`startAt is '${startAt}'. Give a date and time, such as '2026-03-01T12:00:00Z'.`);
}

function atLeastOne(value: number, option: string): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new PipelineTestError(`${option} is ${value}. Give a whole number of at least 1.`);
}

function bytesOf(event: object | string | Uint8Array): Buffer {
  if (event instanceof Uint8Array) return Buffer.from(event);
  return Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
}

function listOf(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => `'${name}'`).join(', ');
}
