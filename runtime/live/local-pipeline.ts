import type { FinalizePorts, FinalizeResult } from '../../engine/finalize/finalizer.ts';
import type { AggregatePorts } from '../../engine/ingest/shard-aggregator.ts';
import { logWord } from '../../engine/ir/source-definition.ts';
import type { PipelinePlan, StreamPlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { raiseGeneration } from '../../engine/protocol/generation.ts';
import { takeOver } from '../../engine/protocol/take-over.ts';
import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { SessionObservations, SWEEP_INTERVAL_MS } from '../../engine/sweep/observations.ts';
import { sweepStream } from '../../engine/sweep/sweep.ts';
import type { DroppedStatus } from '../live-status.ts';
import { drainFinalizeQueue, type LocalQueue } from '../local-finalizer.ts';
import { type ReadableLog, ShardPoller } from './stream-poller.ts';

/** The ports of a pipeline that one process runs alone, and what a process needs beyond those of the Lambdas. */
export interface LocalPorts extends AggregatePorts {
  /** What tells how long the process was idle: a clock that nobody sets. */
  readonly monotonic: Clock;
  /** `purgeExpired` removes `limit` rows at most, and tells how many. */
  readonly results: FinalizePorts['results'] & { purgeExpired(limit: number): Promise<number> };
  readonly pages: FinalizePorts['pages'];
  readonly queue: AggregatePorts['queue'] & LocalQueue;
  readonly log: ReadableLog & { trim(stream: string, shard: string, upToSequence: string): void };
}

/** Rows that a round removes at most: some tens of milliseconds. Where more have expired, the next round goes on. */
const ROWS_PURGED_A_ROUND = 1000;

/** The pollers, the finalizer and the minute sweep of one process, on the code that runs on AWS. */
export class LocalPipeline {
  /** Its number: pollers of lower ones commit nothing any more. */
  readonly generation: number;
  readonly #plan: PipelinePlan;
  readonly #ports: LocalPorts;
  readonly #pollers: readonly ShardPoller[];
  readonly #observations: SessionObservations;
  /** By name of a join or pattern, since this was opened. */
  readonly #droppedEvents = new Map<string, number>();
  readonly #droppedMatches = new Map<string, number>();
  #sweptMs = Number.NEGATIVE_INFINITY;
  #hasExpiredRows = false;

  private constructor(plan: PipelinePlan, ports: LocalPorts, generation: number, pollers: readonly ShardPoller[]) {
    this.#plan = plan;
    this.#ports = ports;
    this.generation = generation;
    this.#pollers = pollers;
    this.#observations = new SessionObservations(ports.monotonic);
    for (const { name, definition } of plan.finalized) {
      const word = logWord(definition);
      if (word === 'join') this.#droppedEvents.set(name, 0);
      if (word === 'pattern') this.#droppedMatches.set(name, 0);
    }
  }

  /**
   * Goes on where the checkpoints are. `shardsOf` gives the ids of a stream's shards. From then on pollers of earlier
   * generations commit nothing. Of a shard that begins, windows that began before `startsAtMs` are partial.
   */
  static async open(
    plan: PipelinePlan,
    ports: LocalPorts,
    shardsOf: (stream: string) => readonly string[],
    startsAtMs: number | null = null,
  ): Promise<LocalPipeline> {
    const generation = await raiseGeneration(ports);
    const pollers: ShardPoller[] = [];
    for (const stream of plan.streams) {
      await takeOver(ports, stream.name, generation);
      for (const shard of shardsOf(stream.name)) {
        pollers.push(await ShardPoller.open(stream, shard, ports.log, ports, { generation, startsAtMs }));
      }
    }
    return new LocalPipeline(plan, ports, generation, pollers);
  }

  /** One round: what waits comes in, once a minute the sweep, and windows that are done go out. */
  async round(): Promise<void> {
    const nowMs = this.#ports.monotonic.nowMs();
    for (const poller of this.#pollers) await poller.poll();
    if (nowMs - this.#sweptMs >= SWEEP_INTERVAL_MS) {
      for (const stream of this.#plan.streams) await this.#sweep(stream);
      this.#sweptMs = nowMs;
      this.#hasExpiredRows = true;
    }
    await this.#purgeRows();
    await drainFinalizeQueue(this.#plan, this.#ports.queue, this.#ports, (view, result) => this.#count(view, result));
  }

  /** What bounds on keys have cut off since this was opened. */
  get dropped(): DroppedStatus {
    return {
      joinEvents: Object.fromEntries(this.#droppedEvents),
      partialMatches: Object.fromEntries(this.#droppedMatches),
    };
  }

  #count({ name }: ViewPlan, { droppedEvents, droppedMatches }: FinalizeResult): void {
    if (droppedEvents > 0) this.#droppedEvents.set(name, (this.#droppedEvents.get(name) ?? 0) + droppedEvents);
    if (droppedMatches > 0) this.#droppedMatches.set(name, (this.#droppedMatches.get(name) ?? 0) + droppedMatches);
  }

  async #purgeRows(): Promise<void> {
    if (!this.#hasExpiredRows) return;
    this.#hasExpiredRows = (await this.#ports.results.purgeExpired(ROWS_PURGED_A_ROUND)) === ROWS_PURGED_A_ROUND;
  }

  async #sweep(stream: StreamPlan): Promise<void> {
    const { state, log } = this.#ports;
    await sweepStream(stream, this.#ports, this.#observations);
    // What is committed is never read again, so the stream keeps nothing of it, but the record that may be taken in half.
    for (const { shard, position } of await listCheckpoints(state, stream.name)) {
      if (position !== null) log.trim(stream.name, shard, String(BigInt(position.sequence) - 1n));
    }
  }
}
