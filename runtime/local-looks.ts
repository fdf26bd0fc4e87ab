import { type EarlyLookPorts, reviveLooks, takeLook } from '../engine/finalize/early-look.ts';
import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { Look, LookQueue } from '../engine/ports/look-queue.ts';

/** A queue of early looks that a process on this machine empties itself. */
export interface LocalLookQueue extends LookQueue {
  /** Looks whose time has come; they stay in the queue. */
  due(limit: number): Promise<readonly { readonly id: number; readonly look: Look }[]>;
  remove(ids: readonly number[]): Promise<void>;
}

const REVIVE_EVERY_MS = 60_000;
const MAX_LOOKS = 100;

/** Early looks on one machine: those whose time has come, and once a minute those that were lost. */
export class LocalLooks {
  readonly #plan: PipelinePlan;
  readonly #ports: EarlyLookPorts & { readonly looks: LocalLookQueue };
  #revivedMs = Number.NEGATIVE_INFINITY;

  constructor(plan: PipelinePlan, ports: EarlyLookPorts & { readonly looks: LocalLookQueue }) {
    this.#plan = plan;
    this.#ports = ports;
  }

  async takeDue(): Promise<void> {
    for (const { id, look } of await this.#ports.looks.due(MAX_LOOKS)) {
      const view = this.#plan.views.find(({ key }) => key === look.view);
      // A look at a view that is no longer deployed has nothing to look at.
      if (view !== undefined && look.bucket < view.definition.buckets) await takeLook(view, look, this.#ports);
      await this.#ports.looks.remove([id]);
    }
    await this.#reviveLost();
  }

  /** After those that came: one that is late, for the process was held up, is not lost. */
  async #reviveLost(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - this.#revivedMs < REVIVE_EVERY_MS) return;
    await reviveLooks(this.#plan, this.#ports);
    this.#revivedMs = nowMs;
  }
}
