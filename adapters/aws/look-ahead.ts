/** Objects that are seen at once. Those that overlap lie near to each other, for an attempt is of one batch at most. */
const SEEN = 1000;

/** Items that come in pages, of which some can be looked at before they are taken. */
export class LookAhead<Item> {
  readonly #pages: AsyncGenerator<readonly Item[]>;
  #waiting: readonly Item[] = [];
  #isWhole = false;

  constructor(pages: AsyncGenerator<readonly Item[]>) {
    this.#pages = pages;
  }

  /** The next items, as many as it looks ahead; fewer where no more follow. */
  async peek(): Promise<readonly Item[]> {
    while (!this.#isWhole && this.#waiting.length < SEEN) {
      const { value, done } = await this.#pages.next();
      if (done) this.#isWhole = true;
      else this.#waiting = [...this.#waiting, ...value];
    }
    return this.#waiting.slice(0, SEEN);
  }

  /** Takes some of those that were looked at. */
  take(items: ReadonlySet<Item>): void {
    this.#waiting = this.#waiting.filter((item) => !items.has(item));
  }
}
