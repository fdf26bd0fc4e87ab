import { finalizeLag, hasMovedOn } from '../../engine/finalize/lag.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { SharedState } from '../../engine/ports/retry.ts';
import type { Progress } from '../../engine/state/progress.ts';
import { STUCK_AFTER_MS } from '../../engine/sweep/behind.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import type { StuckStatus } from '../live-status.ts';

/** What stands still for minutes need not be looked at more often. */
const LOOK_EVERY_MS = 5_000;

interface Standing {
  readonly progress: Progress;
  readonly sinceMs: number;
}

/** Looks whether a view goes on: one that could close windows, and whose finalizers have not moved on for long, is stuck. */
export class StuckWatch {
  readonly #view: ViewPlan;
  readonly #ports: SharedState;
  readonly #clock: Clock;
  /** By bucket, those that are behind. */
  readonly #standing = new Map<number, Standing>();
  #status: StuckStatus | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(view: ViewPlan, ports: SharedState, clock: Clock) {
    this.#view = view;
    this.#ports = ports;
    this.#clock = clock;
  }

  async read(): Promise<StuckStatus | null> {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#lookedMs && nowMs - this.#lookedMs < LOOK_EVERY_MS) return this.#status;
    this.#lookedMs = nowMs;
    this.#status = null;
    for (let bucket = 0; bucket < this.#view.definition.buckets; bucket++) {
      const stuck = await this.#look(bucket, nowMs);
      if (stuck !== null && stuck.sinceMs < (this.#status?.sinceMs ?? Number.POSITIVE_INFINITY)) this.#status = stuck;
    }
    return this.#status;
  }

  async #look(bucket: number, nowMs: number): Promise<StuckStatus | null> {
    const { lagMs, progress } = await finalizeLag(this.#view, bucket, this.#ports);
    if (lagMs === 0) {
      this.#standing.delete(bucket);
      return null;
    }
    const known = this.#standing.get(bucket);
    if (known === undefined || hasMovedOn(known.progress, progress)) {
      this.#standing.set(bucket, { progress, sinceMs: nowMs });
      return null;
    }
    if (nowMs - known.sinceMs < STUCK_AFTER_MS) return null;
    const part = this.#view.definition.buckets === 1 ? '' : `, bucket ${bucket},`;
    return {
      sinceMs: known.sinceMs,
      detail: `View '${this.#view.name}'${part} could close ${Math.ceil(lagMs / 1000)} s more of event time, and nothing has moved on since ${formatInstant(known.sinceMs)}. Its events are kept. Start the process again; if that does not help, report it with what /api/overview says.`,
    };
  }
}
