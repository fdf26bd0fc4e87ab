import type { PublishPorts } from '../engine/alerts/channel-run.ts';
import type { PublishReport } from '../engine/alerts/publisher.ts';
import { publishAlerts } from '../engine/finalize/publish-alerts.ts';
import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { AlertSinkError } from '../engine/ports/errors.ts';
import { type LocalLookQueue, LocalLooks } from './local-looks.ts';

/** After a channel did not take a message: how long until it is tried again. */
const RETRY_MS = 60_000;

/**
 * Publishes alerts beside a pipeline's rounds: a receiver that is slow, or away, holds up no window. What a process leaves
 * over when it ends, the next one finds in the outbox.
 */
export class LocalAlertPublisher {
  readonly #plan: PipelinePlan;
  readonly #ports: PublishPorts;
  readonly #looks: LocalLooks;
  readonly #onFailure: (failure: AlertSinkError) => void;
  #running: Promise<void> | null = null;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #bug: unknown = null;

  /** `onFailure` hears of channels that did not take a message. */
  constructor(
    plan: PipelinePlan,
    ports: PublishPorts & { readonly looks: LocalLookQueue },
    onFailure: (failure: AlertSinkError) => void,
  ) {
    this.#plan = plan;
    this.#ports = ports;
    this.#looks = new LocalLooks(plan, ports);
    this.#onFailure = onFailure;
  }

  /**
   * Begins to publish what waits, unless that is going on.
   *
   * @throws what went wrong since the last call, but for channels that are away.
   */
  begin(): void {
    if (this.#bug !== null) throw this.#bug;
    if (this.#running !== null || this.#ports.clock.nowMs() < this.#notBeforeMs) return;
    this.#running = this.#publish().finally(() => {
      this.#running = null;
    });
  }

  /** Waits for what is going on, and publishes what is left, once. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#bug !== null) throw this.#bug;
    this.#tell(await publishAlerts(this.#plan, this.#ports));
  }

  async #publish(): Promise<void> {
    try {
      await this.#looks.takeDue();
      this.#tell(await publishAlerts(this.#plan, this.#ports));
    } catch (error) {
      this.#bug = error;
    }
  }

  #tell({ failures }: PublishReport): void {
    if (failures.length > 0) this.#notBeforeMs = this.#ports.clock.nowMs() + RETRY_MS;
    for (const failure of failures) this.#onFailure(failure);
  }
}
