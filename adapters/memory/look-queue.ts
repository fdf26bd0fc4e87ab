import type { Clock } from '../../engine/ports/clock.ts';
import type { Look, LookQueue } from '../../engine/ports/look-queue.ts';

/** A look in the queue. It stays until somebody removes it, so another consumer can follow one that dies. */
export interface WaitingLook {
  readonly id: number;
  readonly look: Look;
}

/** Looks in an array, each with its time. */
export class MemoryLookQueue implements LookQueue {
  readonly #clock: Clock;
  #waiting: (WaitingLook & { readonly dueMs: number })[] = [];
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async send({ view, bucket, turn }: Look, delayMs: number): Promise<void> {
    this.#waiting.push({ id: this.#nextId++, look: { view, bucket, turn }, dueMs: this.#clock.nowMs() + delayMs });
  }

  /** Looks whose time has come, at most `limit` of them; they stay in the queue. */
  async due(limit: number): Promise<readonly WaitingLook[]> {
    const nowMs = this.#clock.nowMs();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs).slice(0, limit);
    return due.map(({ id, look }) => ({ id, look }));
  }

  /** Removes looks by their ids, when their work is done. */
  async remove(ids: readonly number[]): Promise<void> {
    this.#waiting = this.#waiting.filter(({ id }) => !ids.includes(id));
  }
}
