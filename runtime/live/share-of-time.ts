import type { Clock } from '../../engine/ports/clock.ts';

/**
 * Does a piece of work over and over, but never for more than a share of the time. What is shown of open windows is read from
 * all their state, and events would wait for it.
 */
export class ShareOfTime {
  readonly #clock: Clock;
  readonly #share: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  /**
   * @param clock one that nobody sets.
   * @param share from 0 to 1: 0.1 waits nine times as long as the work took.
   */
  constructor(clock: Clock, share: number) {
    this.#clock = clock;
    this.#share = share;
  }

  /** Does the work, unless it was done too short a while ago. */
  async tryTo(work: () => Promise<void>): Promise<void> {
    const startedMs = this.#clock.nowMs();
    if (startedMs < this.#nextMs) return;
    await work();
    const endedMs = this.#clock.nowMs();
    this.#nextMs = endedMs + (endedMs - startedMs) * (1 / this.#share - 1);
  }
}
