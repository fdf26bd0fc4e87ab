import type { ViewPlan } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { LookQueue } from '../ports/look-queue.ts';
import type { StateStore } from '../ports/state-store.ts';
import { beginLooks, lookEveryMs } from '../protocol/looks.ts';

export interface LookStarterPorts {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Where it is missing, nobody looks early. */
  readonly looks?: LookQueue | null;
}

interface EarlyView {
  readonly view: ViewPlan;
  readonly everyMs: number;
  /** Looks that were under way at a batch's beginning see what comes for an interval from there. */
  knownUntilMs: number;
}

/**
 * Begins the early looks of a stream's views as events come. It asks once an interval whether they are under way: looks end
 * only where nothing has come for an interval.
 */
export class LookStarter {
  readonly #ports: LookStarterPorts;
  readonly #views: readonly EarlyView[];

  constructor(views: readonly ViewPlan[], ports: LookStarterPorts) {
    this.#ports = ports;
    this.#views = views.flatMap((view) => {
      const everyMs = lookEveryMs(view.definition);
      return everyMs === null ? [] : [{ view, everyMs, knownUntilMs: Number.NEGATIVE_INFINITY }];
    });
  }

  /** @param fromMs when the first commit of the events was not made yet. */
  async eventsCame(fromMs: number): Promise<void> {
    const { looks, state, clock } = this.#ports;
    if (!looks) return;
    for (const early of this.#views) {
      const { view, everyMs, knownUntilMs } = early;
      if (fromMs < knownUntilMs) continue;
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        await beginLooks(view, bucket, { state, clock, looks });
      }
      early.knownUntilMs = fromMs + everyMs;
    }
  }
}
