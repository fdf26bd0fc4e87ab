import { ProducerError } from './errors.ts';

interface Waiter {
  readonly bytes: number;
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Room for a number of bytes. Whoever finds it full waits: first come, first served. Waiting callers hold bytes too, so
 * together they may hold only as many as the room. Memory stays bounded even if callers do not await.
 */
export class Room {
  readonly #maxBytes: number;
  #usedBytes = 0;
  #waitingBytes = 0;
  #waiters: Waiter[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  /** Resolves once everyone who waits now is in, or was refused. */
  get everyoneIn(): Promise<void> {
    return this.#last;
  }

  /** Calls `enter` as soon as there is room: at once, or later, in the order of the calls; and tells it which. */
  take(bytes: number, enter: (waited: boolean) => void): Promise<void> {
    if (this.#waiters.length === 0 && this.#usedBytes + bytes <= this.#maxBytes) {
      this.#usedBytes += bytes;
      enter(false);
      return Promise.resolve();
    }
    if (this.#waitingBytes + bytes > this.#maxBytes) {
      const message = `The producer's buffer of ${this.#maxBytes} bytes is full, and as many bytes of events wait for room. Await put(), send less, or raise maxBufferedBytes.`;
      return Promise.reject(new ProducerError('overrun', message));
    }
    this.#waitingBytes += bytes;
    const entered = new Promise<void>((resolve, reject) => {
      this.#waiters.push({
        bytes,
        enter: () => {
          enter(true);
          resolve();
        },
        refuse: reject,
      });
    });
    this.#last = entered.catch(() => {});
    return entered;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
    let entering = 0;
    while (entering < this.#waiters.length) {
      const { bytes: wanted } = this.#waiters[entering] as Waiter;
      if (this.#usedBytes + wanted > this.#maxBytes) break;
      this.#usedBytes += wanted;
      this.#waitingBytes -= wanted;
      entering++;
    }
    for (const waiter of this.#waiters.splice(0, entering)) waiter.enter();
  }

  /** Sends everyone away who waits. */
  refuseAll(error: Error): void {
    this.#waitingBytes = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(error);
  }
}
