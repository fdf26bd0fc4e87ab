import type { LocalPorts } from '../runtime/live/local-pipeline.ts';
import { PipelineTestError, PlannedCrashError } from './errors.ts';

/** When the process dies. */
export interface Crash {
  /** The number of the write to a store or queue at which it dies, from 1. */
  readonly atWrite: number;
  /** `before`: the write is not made. `after`: it is made, and its reply is lost. */
  readonly effect: 'before' | 'after';
}

/** Counts the writes of a pipeline to its stores, and dies at those that are planned. */
export class CrashPlan {
  readonly #crashes: ReadonlyMap<number, Crash['effect']>;
  /** Writes so far, by all processes. */
  writes = 0;

  constructor(crashes: readonly Crash[]) {
    const wrong = crashes.find(({ atWrite }) => !Number.isInteger(atWrite) || atWrite < 1);
    if (wrong !== undefined) {
      throw new PipelineTestError(
        `A crash is planned at write ${wrong.atWrite}. Writes are counted from 1: give a whole number of at least 1.`,
      );
    }
    this.#crashes = new Map(crashes.map(({ atWrite, effect }) => [atWrite, effect]));
  }

  /** The same ports, for a process that may die at each write. */
  wrap<P extends LocalPorts>(ports: P): P {
    return {
      ...ports,
      state: this.#mortal(ports.state, ['transact', 'delete']),
      pages: this.#mortal(ports.pages, ['put', 'delete']),
      results: this.#mortal(ports.results, ['put']),
      queue: this.#mortal(ports.queue, ['send', 'remove']),
      deadLetters: this.#mortal(ports.deadLetters, ['put']),
    };
  }

  #mortal<T extends object>(port: T, writes: readonly (keyof T & string)[]): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (args: unknown[]) => Reflect.apply(member, target, args) as unknown;
        const isWrite = writes.some((write) => write === name);
        return (...args: unknown[]) => (isWrite ? this.#write(() => call(args)) : call(args));
      },
    });
  }

  async #write(effect: () => unknown): Promise<unknown> {
    const write = ++this.writes;
    const planned = this.#crashes.get(write);
    const result = planned === 'before' ? null : await effect();
    if (planned === undefined) return result;
    throw new PlannedCrashError(`The process died at write ${write}, as the test has planned.`);
  }
}
