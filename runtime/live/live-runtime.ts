import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { LiveStatus } from '../live-status.ts';
import { ClosedWindows } from './closed-windows.ts';
import { LocalPipeline } from './local-pipeline.ts';
import { OpenStatus } from './open-status.ts';
import { RateMeter } from './rate-meter.ts';
import { Replayer, type ReplayOptions } from './replayer.ts';
import { SendingTopology } from './sending-topology.ts';
import { streamStatus, viewStatus } from './status.ts';
import { UnpackingLog } from './unpacking-log.ts';

export interface LiveOptions {
  readonly plan: PipelinePlan;
  readonly stores: EmbeddedStores;
  readonly storePath: string;
  readonly shards: number;
  /** Files to replay, by stream. */
  readonly replays: ReadonlyMap<string, ReplayOptions>;
  readonly clock: Clock;
  /** A clock that nobody sets, for the pace of replays, and to see how long nothing comes. */
  readonly monotonic: Clock;
}

/**
 * The whole of streamgauge in one process: an embedded stream, files that are replayed into it, and the pipeline that
 * reads it. It has no timer of its own: whoever drives it calls `tick`.
 */
export class LiveRuntime {
  readonly #options: LiveOptions;
  readonly #pipeline: LocalPipeline;
  readonly #replayers: ReadonlyMap<string, Replayer>;
  readonly #meters = new Map<string, RateMeter>();
  readonly #closed: ReadonlyMap<ViewPlan, ClosedWindows>;
  /** By view of the plan that runs, for as long as it does. */
  readonly #open = new WeakMap<ViewPlan, OpenStatus>();
  #url: string | null = null;

  private constructor(options: LiveOptions, pipeline: LocalPipeline, replayers: ReadonlyMap<string, Replayer>) {
    this.#options = options;
    this.#pipeline = pipeline;
    this.#replayers = replayers;
    const { plan, stores } = options;
    this.#closed = new Map(plan.views.map((view) => [view, new ClosedWindows(view, stores.results)]));
  }

  static async open(options: LiveOptions): Promise<LiveRuntime> {
    const { plan, stores, replays, clock, monotonic } = options;
    for (const { name } of plan.streams) stores.log.createStream(name, options.shards);
    const shardsOf = (stream: string) => stores.log.shards(stream).map(({ id }) => id);
    const replayers = new Map<string, Replayer>();
    for (const { name, definition } of plan.streams) {
      const replay = replays.get(name);
      if (replay) replayers.set(name, await Replayer.open(definition, shardsOf(name), stores.log, replay));
    }
    const topology = new SendingTopology(stores.topology, replayers);
    const pipeline = await LocalPipeline.open(
      plan,
      { ...stores, topology, log: new UnpackingLog(stores.log), clock, monotonic },
      shardsOf,
    );
    return new LiveRuntime(options, pipeline, replayers);
  }

  /** One round: new events in, windows out, and once a minute the sweep. */
  async tick(): Promise<void> {
    const { clock, monotonic } = this.#options;
    for (const replayer of this.#replayers.values()) await replayer.advance(monotonic.nowMs(), clock.nowMs());
    await this.#pipeline.round();
  }

  /** Every replayed file has been sent, and everything sent has been processed. */
  get replayed(): boolean {
    return [...this.#replayers.values()].every((replayer) => replayer.isDone);
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
    const views = await Promise.all(
      [...this.#closed].map(([view, closed]) => viewStatus(view, stores, closed, this.#openOf(view))),
    );
    return { pipeline: plan.name, nowMs, url: this.#url, store: storePath, streams, views };
  }

  #openOf(view: ViewPlan): OpenStatus {
    const { stores, monotonic } = this.#options;
    const open = this.#open.get(view) ?? new OpenStatus(view, stores, monotonic);
    this.#open.set(view, open);
    return open;
  }

  #rate(stream: string, delivered: number, nowMs: number): number {
    const meter = this.#meters.get(stream) ?? new RateMeter();
    this.#meters.set(stream, meter);
    return meter.update(delivered, nowMs);
  }
}
