import { setTimeout as sleep } from 'node:timers/promises';

/** Ctrl-C and SIGTERM: they end a loop between two rounds, its waits at once, and whatever takes `signal`. */
export class StopSignal {
  readonly #controller = new AbortController();
  readonly #onSignal = () => this.#controller.abort();

  constructor() {
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  wait(ms: number): Promise<void> {
    return waitUnless(ms, this.signal);
  }

  dispose(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}

/** Waits, but no longer than until the signal is given. */
export async function waitUnless(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects where the wait is cut short.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
