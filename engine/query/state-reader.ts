import type { Item, StateStore } from '../ports/state-store.ts';

/** Items of one page: of the largest that there are, 25 MB. */
const PAGE_ITEMS = 64;
/** Comes after a sort key and before every other that begins with it. */
const NEXT = '\u0001';

/** Reads partitions page by page, until so many bytes of items have been read. */
export class StateReader {
  readonly #state: StateStore;
  #leftBytes: number;

  constructor(state: StateStore, maxBytes: number) {
    this.#state = state;
    this.#leftBytes = maxBytes;
  }

  /** There was more to read than was allowed. */
  get isSpent(): boolean {
    return this.#leftBytes <= 0;
  }

  async *read(partition: string): AsyncGenerator<Item> {
    let from = '';
    while (!this.isSpent) {
      const page = await this.#state.query({ partition, from, limit: PAGE_ITEMS });
      for (const item of page) {
        this.#leftBytes -= item.data.length;
        yield item;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ITEMS) return;
      from = last.key.sort + NEXT;
    }
  }

  /** Bytes of a partition's items, without their keys. */
  async bytesOf(partition: string): Promise<number> {
    let bytes = 0;
    for await (const { data } of this.read(partition)) bytes += data.length;
    return bytes;
  }
}
