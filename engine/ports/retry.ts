import type { StateStore } from './state-store.ts';

/**
 * Waits before a retry, counted from 1. On AWS the pauses grow and have jitter, so that callers who were refused together
 * do not come back together. In memory and on one machine there is nothing to wait for.
 */
export type Pause = (retry: number) => Promise<void>;

export const noPause: Pause = async () => {};

/** State that others write too, and the pauses between attempts against them. */
export interface SharedState {
  readonly state: StateStore;
  readonly pause: Pause;
}

/** What an attempt returns that did not succeed and may succeed the next time. */
export class Again {
  /** Of the last attempt, this is thrown. */
  readonly failure: () => Error;

  constructor(failure: () => Error) {
    this.failure = failure;
  }
}

/**
 * Makes at most `attempts` attempts, with a pause between two. What an attempt throws is not retried.
 *
 * @throws the failure of the last attempt, where none succeeded.
 *
 * @example
 * await withRetries(5, pause, async () => {
 *   const outcome = await state.transact(writes);
 *   return outcome.kind === 'committed' ? outcome : new Again(() => new Error('Others were faster each time.'));
 * });
 */
export async function withRetries<T>(attempts: number, pause: Pause, attempt: () => Promise<T | Again>): Promise<T> {
  for (let made = 1; ; made++) {
    const outcome = await attempt();
    if (!(outcome instanceof Again)) return outcome;
    if (made >= attempts) throw outcome.failure();
    await pause(made);
  }
}
