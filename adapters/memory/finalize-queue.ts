import type { Clock } from '../../engine/ports/clock.ts';
import type { FinalizeQueue, Wake } from '../../engine/ports/finalize-queue.ts';

export const DEDUPLICATION_MS = 5 * 60_000;

/** A wake in the queue. It stays until somebody removes it, so another consumer can follow one that dies. */
export interface WaitingWake {
  readonly id: number;
  readonly wake: Wake;
}

/** Wakes in an array, in the order of sending. */
export class MemoryFinalizeQueue implements FinalizeQueue {
  readonly #clock: Clock;
  readonly #sentMs = new Map<string, number>();
  #waiting: WaitingWake[] = [];
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async send(wakes: readonly Wake[]): Promise<void> {
    const nowMs = this.#clock.nowMs();
    for (const [identity, sentMs] of this.#sentMs) {
      if (sentMs <= nowMs - DEDUPLICATION_MS) this.#sentMs.delete(identity);
    }
    for (const wake of wakes) {
      const identity = JSON.stringify([wake.view, wake.bucket, wake.deduplicationId]);
      if (this.#sentMs.has(identity)) continue;
      this.#sentMs.set(identity, nowMs);
      this.#waiting.push({ id: this.#nextId++, wake: { ...wake } });
    }
  }

  /** The oldest wakes, at most `limit` of them; they stay in the queue. */
  async waiting(limit: number): Promise<readonly WaitingWake[]> {
    return this.#waiting.slice(0, limit);
  }

  /** Removes wakes by their ids, when their work is done. */
  async remove(ids: readonly number[]): Promise<void> {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.includes(id));
  }
}
