import type { Timers } from '../../producer/timers.ts';

/** Lets so many by in a second. Who came too late is not made up for by a crowd afterwards: it is caught up within a second. */
export class Pacer {
  readonly #perMs: number;
  readonly #timers: Timers;
  #startMs: number;
  #passed = 0;

  constructor(perSecond: number, timers: Timers) {
    this.#perMs = perSecond / 1000;
    this.#timers = timers;
    this.#startMs = timers.nowMs();
  }

  /** Resolves when the next one is due. */
  async next(): Promise<void> {
    const dueMs = this.#startMs + this.#passed++ / this.#perMs;
    const aheadMs = dueMs - this.#timers.nowMs();
    if (aheadMs < -MOST_BEHIND_MS) this.#startMs -= aheadMs + MOST_BEHIND_MS;
    // Timers of less than a millisecond do not exist; several events then share one.
    if (aheadMs >= 1) await new Promise<void>((resolve) => void this.#timers.after(aheadMs, resolve));
  }
}

const MOST_BEHIND_MS = 1000;
