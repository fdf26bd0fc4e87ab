/** The process died: nothing that it does from here on has an effect. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Counts the calls to ports and dies at one of them: before it takes effect, or after, with its reply lost. */
export class CrashPoint {
  readonly #at: number;
  readonly #effect: 'before' | 'after';
  calls = 0;

  /** `at`: the number of the call, from 1; infinity never dies. */
  constructor(at = Number.POSITIVE_INFINITY, effect: 'before' | 'after' = 'before') {
    this.#at = at;
    this.#effect = effect;
  }

  get happened(): boolean {
    return this.calls >= this.#at;
  }

  /** The same port, for the process that will die. */
  wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#call(() => Reflect.apply(member, target, args) as unknown);
      },
    });
  }

  async #call(effect: () => unknown): Promise<unknown> {
    this.calls++;
    if (this.calls > this.#at) throw new Crash('The process has died.');
    if (this.calls < this.#at) return effect();
    if (this.#effect === 'after') await effect();
    throw new Crash(`The process died ${this.#effect} call ${this.calls}.`);
  }
}
