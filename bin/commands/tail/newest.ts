/** The newest of what comes, for somebody who is slower: what came before it is passed over. */
export class Newest<T> {
  #waiting: { readonly value: T } | null = null;
  #ended: { readonly error: unknown } | 'well' | null = null;
  #wake: () => void = () => {};

  set(value: T): void {
    this.#waiting = { value };
    this.#wake();
  }

  /** Nothing more comes: `error` is why, where that is a failure. */
  end(error?: unknown): void {
    this.#ended = error === undefined ? 'well' : { error };
    this.#wake();
  }

  /**
   * Waits for one that was not taken. Null once nothing more comes.
   *
   * @throws what it ended with.
   */
  async take(): Promise<T | null> {
    while (this.#waiting === null && this.#ended === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#ended !== null && this.#ended !== 'well') throw this.#ended.error;
    const taken = this.#waiting;
    this.#waiting = null;
    return taken === null ? null : taken.value;
  }
}
