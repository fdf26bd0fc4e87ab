import { append } from '../../engine/lists/append.ts';
import { MAX_ITEM_PAGE_BYTES, type PageRef, type PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';

export interface TieredPageStoreOptions {
  readonly items: PageStore;
  readonly objects: PageStore;
}

/**
 * Small pages are items of the state table, large ones objects. Where a page lies follows from its size, so neither place
 * needs a reference to the other, and no read asks both.
 *
 * Large pages that older code wrote are items too: a large page that is no object is looked for among the items.
 */
export class TieredPageStore implements PageStore {
  readonly #items: PageStore;
  readonly #objects: PageStore;

  constructor({ items, objects }: TieredPageStoreOptions) {
    this.#items = items;
    this.#objects = objects;
  }

  async get(page: PageRef): Promise<Uint8Array | null> {
    if (isSmall(page.bytes)) return this.#items.get(page);
    return (await this.#objects.get(page)) ?? this.#items.get(page);
  }

  put(key: ItemKey, bytes: Uint8Array): Promise<void> {
    return (isSmall(bytes.length) ? this.#items : this.#objects).put(key, bytes);
  }

  /** From both places: what older code left as an item would stay for ever. Where there is none, that is one write unit. */
  async delete(pages: readonly PageRef[]): Promise<void> {
    const objects = pages.filter(({ bytes }) => !isSmall(bytes));
    if (objects.length > 0) await this.#objects.delete(objects);
    await this.#items.delete(pages);
  }

  async list(partition: string): Promise<readonly PageRef[]> {
    const pages = [...(await this.#items.list(partition))];
    append(pages, await this.#objects.list(partition));
    return pages;
  }
}

function isSmall(bytes: number): boolean {
  return bytes <= MAX_ITEM_PAGE_BYTES;
}
