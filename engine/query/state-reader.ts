import type { ItemKey, StateStore } from '../ports/state-store.ts';
import { parseReference } from '../state/object-reference.ts';

/** Items of one page: of the largest that there are, 25 MB. */
const PAGE_ITEMS = 64;
/** Comes after a sort key and before every other that begins with it. */
const NEXT = '\u0001';

/** An item, and how many bytes it holds, be it itself or as an object. */
export interface SizedItem {
  readonly key: ItemKey;
  readonly bytes: number;
}

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

  async *read(partition: string): AsyncGenerator<SizedItem> {
    let from = '';
    while (!this.isSpent) {
      const page = await this.#state.query({ partition, from, limit: PAGE_ITEMS, asStored: true });
      for (const { key, data } of page) {
        const bytes = parseReference(data)?.bytes ?? data.length;
        this.#leftBytes -= bytes;
        yield { key, bytes };
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ITEMS) return;
      from = last.key.sort + NEXT;
    }
  }

  /** Bytes of a partition's items, without their keys. */
  async bytesOf(partition: string): Promise<number> {
    let bytes = 0;
    for await (const item of this.read(partition)) bytes += item.bytes;
    return bytes;
  }
}
