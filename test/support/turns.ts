import type { Item, ItemWrite, StateStore, TransactOutcome } from '../../engine/ports/state-store.ts';
import { Crash } from './crash.ts';
import type { FaultyStateStore } from './faulty-state-store.ts';

interface Waiting {
  readonly worker: string;
  readonly resume: (dies: boolean) => void;
}

/** A small generator of random numbers, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs workers side by side, one call to a port at a time, in an order that a seed decides. Workers freeze for a while,
 * and die; so a call can take effect long after others have gone on.
 */
export class Turns {
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #frozenUntil = new Map<string, number>();
  #turn = 0;
  #running = 0;
  /** From here on everything goes its way: nobody freezes or dies. */
  calm = false;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  random(below: number): number {
    return Math.floor(this.#random() * below);
  }

  /** Waits until it is this worker's turn; throws where the worker dies instead. */
  turn(worker: string, mortal = true): Promise<void> {
    return new Promise((resolve, reject) => {
      const resume = (dies: boolean) => (dies && mortal ? reject(new Crash(`${worker} died.`)) : resolve());
      this.#waiting.push({ worker, resume });
    });
  }

  /** The port as this worker reaches it: a turn before each call, and one after it, when the reply is on its way. */
  port<T extends object>(worker: string, port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          await this.turn(worker);
          const result: unknown = await Reflect.apply(member, target, args);
          await this.turn(worker);
          return result;
        };
      },
    });
  }

  /** Adds something that goes on by itself. */
  spawn(work: () => Promise<void>): void {
    this.#running++;
    void work().finally(() => {
      this.#running--;
    });
  }

  /** Gives turns until all that was spawned has ended. */
  async run(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      if (this.#running === 0) return;
      this.#next();
    }
  }

  #next(): void {
    this.#turn++;
    const awake = this.#waiting.filter(({ worker }) => (this.#frozenUntil.get(worker) ?? 0) <= this.#turn);
    const choices = awake.length > 0 ? awake : this.#waiting;
    const chosen = choices[this.random(choices.length)];
    if (chosen === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    const fate = this.calm ? 1 : this.#random();
    if (fate < 0.03) this.#frozenUntil.set(chosen.worker, this.#turn + 10 + this.random(150));
    chosen.resume(fate > 0.03 && fate < 0.04);
  }
}

/**
 * The state as one worker reaches it. A transaction takes effect as DynamoDB lets readers see it: all or nothing for
 * other writers, but item by item for readers, the checkpoint first, also when the worker that sent it has died.
 */
export class TornStateStore implements StateStore {
  readonly #shared: FaultyStateStore;
  readonly #turns: Turns;
  readonly #worker: string;
  #transactions = 0;

  constructor(shared: FaultyStateStore, turns: Turns, worker: string) {
    this.#shared = shared;
    this.#turns = turns;
    this.#worker = worker;
  }

  async get(key: Parameters<StateStore['get']>[0]): Promise<Item | null> {
    await this.#turns.turn(this.#worker);
    return this.#shared.get(key);
  }

  async query(range: Parameters<StateStore['query']>[0]): Promise<readonly Item[]> {
    await this.#turns.turn(this.#worker);
    return this.#shared.query(range);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    await this.#turns.turn(this.#worker);
    const before = await Promise.all(writes.map(({ key }) => this.#shared.get(key)));
    const outcome = await this.#shared.transact(writes);
    if (outcome.kind === 'committed' && writes.length > 1) await this.#applyItemByItem(writes, before);
    await this.#turns.turn(this.#worker);
    return outcome;
  }

  async delete(keys: Parameters<StateStore['delete']>[0]): Promise<void> {
    await this.#turns.turn(this.#worker);
    await this.#shared.delete(keys);
  }

  #applyItemByItem(writes: readonly ItemWrite[], before: readonly (Item | null)[]): Promise<void> {
    const later = writes.map((write, index) => ({ write, before: before[index] ?? null })).slice(1);
    const sent: [object, () => void][] = [];
    for (const { write, before: old } of later) sent.push([write, this.#shared.hide(write.key, old)]);
    const name = `transaction ${++this.#transactions} of ${this.#worker}`;
    return new Promise((resolve) => {
      this.#turns.spawn(async () => {
        while (sent.length > 0) {
          await this.#turns.turn(name, false);
          const [applied] = sent.splice(this.#turns.random(sent.length), 1);
          applied?.[1]();
        }
        resolve();
      });
    });
  }
}
