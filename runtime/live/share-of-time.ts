import type { Clock } from '../../engine/ports/clock.ts';

/**
 * Does a piece of work over and over, but never for more than a share of the time. What is shown of open windows is read from
 * all their state, and events would wait for it.
 */
export class ShareOfTime {
  readonly #clock: Clock;
  readonly #share: number;
  #endedMs = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /**
   * @param clock one that nobody sets.
   * @param share from 0 to 1: 0.1 waits nine times as long as the work took.
   */
  constructor(clock: Clock, share: number) {
    this.#clock = clock;
    this.#share = share;
  }

  /** Does the work, unless it was done too short a while ago. `share` is for work that is worth more this once. */
  async tryTo(work: () => Promise<void>, share = this.#share): Promise<void> {
    const startedMs = this.#clock.nowMs();
    if (startedMs < this.#endedMs + this.#tookMs * (1 / share - 1)) return;
    await work();
    this.#endedMs = this.#clock.nowMs();
    this.#tookMs = this.#endedMs - startedMs;
  }
}
