import type { EmbeddedStores } from '../../../adapters/embedded/index.ts';
import { systemClock } from '../../../adapters/system-clock.ts';
import type { ChannelDefinition } from '../../../engine/ir/alert.ts';
import { StreamgaugeError } from '../../../engine/ir/streamgauge-error.ts';
import type { PipelinePlan } from '../../../engine/plan/plan.ts';
import type { AlertSink } from '../../../engine/ports/alert-sink.ts';
import { loadDeployedState } from '../../../engine/state/deployed-state.ts';
import { LocalAlertPublisher } from '../../../runtime/alert-publisher.ts';
import type { LiveRuntime } from '../../../runtime/live/live-runtime.ts';
import { assertReplaceable, changeSentence, compareViews } from '../../../runtime/live/plan-change.ts';
import type { Reloader } from '../../../runtime/live/reloader.ts';
import type { LiveStatus, ReloadStatus } from '../../../runtime/live-status.ts';
import { placeOf, plainMessage } from '../../../runtime/load-error.ts';
import { PipelineFileError } from '../../../runtime/load-pipeline.ts';
import type { TerminalAlertSink } from '../../../runtime/terminal/alert-line.ts';

export interface SessionOptions {
  readonly runtime: LiveRuntime;
  readonly stores: EmbeddedStores;
  readonly reloader: Reloader;
  readonly terminal: TerminalAlertSink;
  /** The sinks of a plan's channels. Throws a `StreamgaugeError` where one cannot be had. */
  sinksOf(plan: PipelinePlan): (channel: ChannelDefinition) => AlertSink | null;
  onProblem(sentence: string): void;
}

/** A pipeline that runs live, is replaced whenever its file is saved, and tells its alerts. */
export class DevSession {
  readonly #options: SessionOptions;
  #alerts: LocalAlertPublisher;
  #reload: ReloadStatus | null = null;
  /** What links in alerts begin with. */
  readonly #linksTo: string;

  constructor(options: SessionOptions, linksTo: string) {
    this.#options = options;
    this.#linksTo = linksTo;
    const { plan } = options.runtime;
    this.#alerts = this.#publisherOf(plan, options.sinksOf(plan));
  }

  /** One round, by the file as it was saved last. */
  async tick(): Promise<void> {
    const { runtime, reloader } = this.#options;
    const reloaded = reloader.poll();
    if (reloaded?.kind === 'error') this.#fail(reloaded.error);
    if (reloaded?.kind === 'plan') await this.#replace(reloaded.plan);
    await runtime.tick();
    this.#alerts.begin();
  }

  /** What was sent by now is processed, and told, by the time the process ends. */
  async end(): Promise<void> {
    await this.#options.runtime.tick();
    await this.#alerts.end();
  }

  async status(): Promise<LiveStatus> {
    const status = await this.#options.runtime.status();
    return { ...status, reload: this.#reload, alerts: this.#options.terminal.recent };
  }

  /** All that can go wrong with what somebody wrote comes before anything changes. */
  async #replace(plan: PipelinePlan): Promise<void> {
    const { runtime, sinksOf } = this.#options;
    let sinkOf: ReturnType<typeof sinksOf>;
    try {
      assertReplaceable(runtime.plan, plan, runtime.filled);
      sinkOf = sinksOf(plan);
    } catch (error) {
      return this.#fail(error);
    }
    const changes = compareViews(runtime.plan, plan, await this.#knownViews(plan)).map(changeSentence);
    await this.#alerts.end();
    await runtime.replace(plan);
    this.#alerts = this.#publisherOf(plan, sinkOf);
    this.#reload = { state: 'loaded', atMs: systemClock.nowMs(), changes };
  }

  async #knownViews({ streams }: PipelinePlan): Promise<ReadonlySet<string>> {
    const { state } = this.#options.stores;
    const known = await Promise.all(streams.map(({ name }) => loadDeployedState(state, name)));
    return new Set(known.flatMap(({ owners }) => Object.keys(owners)));
  }

  /** What runs goes on. */
  #fail(error: unknown): void {
    this.#reload = { state: 'failed', atMs: systemClock.nowMs(), message: reloadMessage(error) };
  }

  #publisherOf(plan: PipelinePlan, sinkOf: (channel: ChannelDefinition) => AlertSink | null): LocalAlertPublisher {
    const { state, pages, pause, looks } = this.#options.stores;
    const ports = { state, pages, pause, looks, clock: systemClock, sinkOf, servedAt: this.#linksTo };
    return new LocalAlertPublisher(plan, ports, ({ message }) => this.#options.onProblem(message));
  }
}

/** With the place in the file, where that is known. A fault of ours has none that helps, and is told as it is. */
function reloadMessage(error: unknown): string {
  if (!(error instanceof Error)) return `The pipeline file throws ${String(error)}.`;
  const place = error instanceof PipelineFileError ? null : placeOf(error);
  const message = error instanceof StreamgaugeError ? error.message : `${plainMessage(error)}.`;
  return place === null ? message : `${place}: ${message}`;
}
