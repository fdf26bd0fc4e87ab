import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import type { PipelinePlan, StreamPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { sweepStream } from '../../engine/sweep/sweep.ts';
import type { LiveStatus } from '../live-status.ts';
import { drainFinalizeQueue } from '../local-finalizer.ts';
import { RateMeter } from './rate-meter.ts';
import { Replayer, type ReplayOptions } from './replayer.ts';
import { streamStatus, viewStatus } from './status.ts';
import { ShardPoller } from './stream-poller.ts';

export interface LiveOptions {
  readonly plan: PipelinePlan;
  readonly stores: EmbeddedStores;
  readonly storePath: string;
  readonly shards: number;
  /** Files to replay, by stream. */
  readonly replays: ReadonlyMap<string, ReplayOptions>;
  readonly clock: Clock;
}

const SWEEP_EVERY_MS = 60_000;

/**
 * The whole of streamgauge in one process: an embedded stream, its pollers, the finalizer and the minute sweep, on the
 * code that runs on AWS. It has no timer of its own: whoever drives it calls `tick`.
 */
export class LiveRuntime {
  readonly #options: LiveOptions;
  readonly #pollers: readonly ShardPoller[];
  readonly #replayers: ReadonlyMap<string, Replayer>;
  readonly #meters = new Map<string, RateMeter>();
  #sweptMs = Number.NEGATIVE_INFINITY;
  #url: string | null = null;

  private constructor(options: LiveOptions, pollers: readonly ShardPoller[], replayers: ReadonlyMap<string, Replayer>) {
    this.#options = options;
    this.#pollers = pollers;
    this.#replayers = replayers;
  }

  static async open(options: LiveOptions): Promise<LiveRuntime> {
    const { plan, stores, replays } = options;
    const ports = { ...stores, clock: options.clock };
    const pollers: ShardPoller[] = [];
    const replayers = new Map<string, Replayer>();
    for (const stream of plan.streams) {
      stores.log.createStream(stream.name, options.shards);
      const shards = stores.log.shards(stream.name).map((shard) => shard.id);
      for (const shard of shards) pollers.push(await ShardPoller.open(stream, shard, stores.log, ports));
      const replay = replays.get(stream.name);
      if (replay) replayers.set(stream.name, await Replayer.open(stream.definition, shards, stores.log, replay));
    }
    return new LiveRuntime(options, pollers, replayers);
  }

  /** One round: new events in, windows out, and once a minute the sweep. */
  async tick(): Promise<void> {
    const { plan, stores, clock } = this.#options;
    const nowMs = clock.nowMs();
    for (const replayer of this.#replayers.values()) await replayer.advance(nowMs);
    for (const poller of this.#pollers) await poller.poll();
    if (nowMs - this.#sweptMs >= SWEEP_EVERY_MS) {
      for (const stream of plan.streams) await this.#sweep(stream, nowMs);
      this.#sweptMs = nowMs;
    }
    await drainFinalizeQueue(plan, stores.queue, { ...stores, clock });
  }

  /** Every replayed file has been sent, and everything sent has been processed. */
  get replayed(): boolean {
    return [...this.#replayers.values()].every((replayer) => replayer.status.done);
  }

  /** Where the JSON is served, for the status. */
  servedAt(url: string): void {
    this.#url = url;
  }

  async status(): Promise<LiveStatus> {
    const { plan, stores, clock, storePath } = this.#options;
    const nowMs = clock.nowMs();
    const streams = await Promise.all(
      plan.streams.map(async (stream) => {
        const status = await streamStatus(stream, stores, this.#replayers.get(stream.name)?.status ?? null);
        return { ...status, eventsPerSecond: this.#rate(stream.name, status.counters.delivered, nowMs) };
      }),
    );
    const views = await Promise.all(plan.views.map((view) => viewStatus(view, stores)));
    return { pipeline: plan.name, nowMs, url: this.#url, store: storePath, streams, views };
  }

  async #sweep(stream: StreamPlan, nowMs: number): Promise<void> {
    const { stores, clock } = this.#options;
    await sweepStream(stream, { ...stores, clock });
    // What is committed is never read again, so the embedded stream keeps nothing of it.
    for (const { shard, position } of await listCheckpoints(stores.state, stream.name)) {
      if (position !== null) stores.log.trim(stream.name, shard, String(BigInt(position.sequence) - 1n));
    }
    await stores.state.purgeExpired(Math.floor(nowMs / 1000));
  }

  #rate(stream: string, delivered: number, nowMs: number): number {
    const meter = this.#meters.get(stream) ?? new RateMeter();
    this.#meters.set(stream, meter);
    return meter.update(delivered, nowMs);
  }
}
