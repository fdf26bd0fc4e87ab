import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { RateMeter } from '../../api/rate-meter.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { LiveStatus } from '../live-status.ts';
import { ClosedWindows } from './closed-windows.ts';
import { type LiveInputOptions, LiveInputs } from './live-inputs.ts';
import { LocalPipeline } from './local-pipeline.ts';
import { OpenStatus } from './open-status.ts';
import { SendingTopology } from './sending-topology.ts';
import { StateSize } from './state-size.ts';
import { streamStatus, type ViewWatchers, viewStatus } from './status.ts';
import { StuckWatch } from './stuck-watch.ts';
import { ResultsInTurns, StateInTurns, Turns } from './turns.ts';
import { UnpackingLog } from './unpacking-log.ts';

export interface LiveOptions extends LiveInputOptions {
  readonly plan: PipelinePlan;
  readonly stores: EmbeddedStores;
  readonly storePath: string;
  readonly shards: number;
  readonly clock: Clock;
  /** A clock that nobody sets, for the pace of replays, and to see how long nothing comes. */
  readonly monotonic: Clock;
}

/** What a plan is made into: replaced as a whole when the plan is. */
interface Running {
  readonly plan: PipelinePlan;
  readonly pipeline: LocalPipeline;
  readonly watchers: ReadonlyMap<ViewPlan, ViewWatchers>;
  readonly sizes: readonly StateSize[];
}

/**
 * The whole of streamgauge in one process: an embedded stream, inputs that fill it, and the pipeline that reads it. It has
 * no timer of its own: whoever drives it calls `tick`, one at a time.
 */
export class LiveRuntime {
  readonly #options: LiveOptions;
  readonly #inputs: LiveInputs;
  readonly #meters = new Map<string, RateMeter>();
  #running: Running;
  #url: string | null = null;

  private constructor(options: LiveOptions, inputs: LiveInputs, running: Running) {
    this.#options = options;
    this.#inputs = inputs;
    this.#running = running;
  }

  static async open(options: LiveOptions): Promise<LiveRuntime> {
    const { plan, stores } = options;
    makeStreams(plan, options);
    const inputs = await LiveInputs.open(plan.streams, stores.log, options);
    return new LiveRuntime(options, inputs, await run(plan, options, inputs));
  }

  /** The plan that runs now. */
  get plan(): PipelinePlan {
    return this.#running.plan;
  }

  /** Streams that this process fills. */
  get filled(): readonly string[] {
    return this.#inputs.all.map(({ stream }) => stream);
  }

  /**
   * Goes on with another plan, as a new generation. The inputs stay where they are. Not during a tick.
   *
   * Whether the plan may take the place of this one, `assertReplaceable` says.
   */
  async replace(plan: PipelinePlan): Promise<void> {
    makeStreams(plan, this.#options);
    this.#running = await run(plan, this.#options, this.#inputs);
  }

  /** One round: new events in, windows out, and once a minute the sweep. */
  async tick(): Promise<void> {
    const { clock, monotonic } = this.#options;
    await this.#inputs.advance(monotonic.nowMs(), clock.nowMs());
    await this.#running.pipeline.round();
  }

  /** Every input that has an end has been sent, and everything sent has been processed. */
  get replayed(): boolean {
    return this.#inputs.areDone;
  }

  /** More was there than one round takes: the next one need not wait. */
  get isBehind(): boolean {
    return this.#inputs.areBehind;
  }

  /** Where the JSON is served, for the status. */
  servedAt(url: string): void {
    this.#url = url;
  }

  async status(): Promise<LiveStatus> {
    const { stores, clock, storePath } = this.#options;
    const { plan, pipeline, watchers, sizes } = this.#running;
    const nowMs = clock.nowMs();
    const streams = await Promise.all(
      plan.streams.map(async (stream) => {
        const { name } = stream;
        const status = await streamStatus(stream, stores, this.#inputs.replayOf(name), this.#inputs.followingOf(name));
        return { ...status, eventsPerSecond: this.#rate(name, status.counters.delivered, nowMs) };
      }),
    );
    const sizeOf = new Map((await Promise.all(sizes.map((size) => size.read()))).flatMap((byView) => [...byView]));
    const views = await Promise.all(
      [...watchers].map(([view, ofView]) => viewStatus(view, stores, ofView, sizeOf.get(view.name) ?? null)),
    );
    const { generation, dropped } = pipeline;
    return { pipeline: plan.name, nowMs, url: this.#url, store: storePath, generation, streams, views, dropped };
  }

  /** Lets go of the inputs. The stores are the caller's. */
  close(): Promise<void> {
    return this.#inputs.close();
  }

  #rate(stream: string, delivered: number, nowMs: number): number {
    const meter = this.#meters.get(stream) ?? new RateMeter();
    this.#meters.set(stream, meter);
    return meter.update(delivered, nowMs);
  }
}

function makeStreams(plan: PipelinePlan, { stores, shards }: LiveOptions): void {
  for (const { name } of plan.streams) stores.log.createStream(name, shards);
}

async function run(plan: PipelinePlan, options: LiveOptions, inputs: LiveInputs): Promise<Running> {
  const { stores, clock, monotonic } = options;
  const topology = new SendingTopology(stores.topology, inputs.all);
  const turns = new Turns();
  const state = new StateInTurns(stores.state, turns);
  const results = new ResultsInTurns(stores.results, turns);
  const shardsOf = (stream: string) => stores.log.shards(stream).map(({ id }) => id);
  const pipeline = await LocalPipeline.open(
    plan,
    {
      ...{ ...stores, topology, log: new UnpackingLog(stores.log), clock, monotonic },
      ...{ state, results },
    },
    shardsOf,
    options.startsAtMs,
  );
  return {
    plan,
    pipeline,
    watchers: new Map(
      plan.views.map((view) => [
        view,
        {
          closed: new ClosedWindows(view, results),
          open: new OpenStatus(view, { ...stores, state }, monotonic),
          stuck: new StuckWatch(view, stores, clock),
        },
      ]),
    ),
    sizes: plan.streams.map((stream) => new StateSize(stream, state, monotonic)),
  };
}
