import type { FinalizeQueue, Wake } from '../../engine/ports/finalize-queue.ts';
import type { LocalQueue } from '../../runtime/local-finalizer.ts';
import type { Faults } from './faults.ts';
import type { Scheduler, Task } from './scheduler.ts';

const DEDUPLICATION_MS = 300_000;

interface Message {
  readonly id: number;
  readonly wake: Wake;
  readonly fromMs: number;
}

/** An SQS FIFO queue: one message of a group at a time, in order; ids are remembered for five minutes. */
export class SimulatedQueue {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #nowMs: () => number;
  readonly #groups = new Map<string, Message[]>();
  readonly #busy = new Set<string>();
  readonly #seen = new Map<string, number>();
  #sent = 0;

  constructor(scheduler: Scheduler, faults: Faults, nowMs: () => number) {
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#nowMs = nowMs;
  }

  portOf(task: () => Task): FinalizeQueue {
    return {
      send: async (wakes) => {
        if (wakes.length === 0) return;
        await this.#scheduler.turn(task(), `wakes ${wakes.map(({ view, bucket }) => `${view}#${bucket}`).join(', ')}`);
        for (const wake of wakes) this.#take(wake);
      },
    };
  }

  /** The queue of a process that empties it itself. */
  localPortOf(task: () => Task): LocalQueue {
    return {
      waiting: async (limit) => {
        await this.#scheduler.turn(task(), 'looks for wake-ups');
        const ready = [...this.#groups.values()].flat().filter(({ fromMs }) => fromMs <= this.#nowMs());
        return ready.sort((a, b) => a.id - b.id).slice(0, limit);
      },
      remove: async (ids) => {
        await this.#scheduler.turn(task(), `removes ${ids.length} wake-ups`);
        for (const [group, messages] of this.#groups) {
          const left = messages.filter(({ id }) => !ids.includes(id));
          this.#groups.set(group, left);
        }
      },
    };
  }

  /** A message whose group is free, which is busy from here on; null where there is none. */
  receive(pick: (groups: readonly string[]) => string): { readonly wake: Wake; readonly group: string } | null {
    const ready = [...this.#groups]
      .filter(([group, [first]]) => !this.#busy.has(group) && first !== undefined && first.fromMs <= this.#nowMs())
      .map(([group]) => group);
    if (ready.length === 0) return null;
    const group = pick(ready);
    this.#busy.add(group);
    const [first] = this.#groups.get(group) as [Message];
    return { wake: first.wake, group };
  }

  /** The message was handled, or will be seen again. */
  release(group: string, handled: boolean): void {
    this.#busy.delete(group);
    if (handled) this.#groups.get(group)?.shift();
  }

  get isEmpty(): boolean {
    return [...this.#groups.values()].every((messages) => messages.length === 0);
  }

  #take(wake: Wake): void {
    const group = `${wake.view}#${wake.bucket}`;
    const id = `${group}#${wake.deduplicationId}`;
    const seenMs = this.#seen.get(id);
    if (seenMs !== undefined && this.#nowMs() - seenMs < DEDUPLICATION_MS) return;
    this.#seen.set(id, this.#nowMs());
    if (this.#faults.happens('lostWake')) return;
    const fromMs = this.#nowMs() + (this.#faults.happens('delayedWake') ? 30_000 : 0);
    const copies = this.#faults.happens('doubledWake') ? 2 : 1;
    const messages = this.#groups.get(group) ?? [];
    for (let copy = 0; copy < copies; copy++) messages.push({ id: this.#sent++, wake, fromMs });
    this.#groups.set(group, messages);
  }
}
