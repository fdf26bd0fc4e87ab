import { MAX_ITEM_PAGE_BYTES, type PageRef, type PageStore } from '../engine/ports/page-store.ts';
import type { ItemKey } from '../engine/ports/state-store.ts';
import { itemBytes, kilobytesBegun } from './units.ts';

/** A page store that counts what DynamoDB and S3 would bill for it. */
export class PageMeter implements PageStore {
  /** Of small pages, which are items, and of deletions. */
  writeUnits = 0;
  readUnits = 0;
  /** Of large pages, which are objects. */
  puts = 0;
  gets = 0;
  objectBytes = 0;
  bytesWritten = 0;
  readonly #pages: PageStore;
  readonly #largestItem: number;
  readonly #counts: (key: ItemKey) => boolean;

  /** `largestItem`: up to this size a page is an item. `counts`: which pages are counted. */
  constructor(pages: PageStore, largestItem = MAX_ITEM_PAGE_BYTES, counts: (key: ItemKey) => boolean = () => true) {
    this.#pages = pages;
    this.#largestItem = largestItem;
    this.#counts = counts;
  }

  async get(page: PageRef): Promise<Uint8Array | null> {
    if (!this.#counts(page.key)) return this.#pages.get(page);
    if (this.#isItem(page.bytes)) this.readUnits += Math.ceil(itemBytes(page.key, page.bytes) / 4096);
    else this.gets++;
    return this.#pages.get(page);
  }

  async put(key: ItemKey, bytes: Uint8Array): Promise<void> {
    if (!this.#counts(key)) return this.#pages.put(key, bytes);
    const billed = itemBytes(key, bytes.length);
    this.bytesWritten += billed;
    if (this.#isItem(bytes.length)) this.writeUnits += kilobytesBegun(billed);
    else {
      this.puts++;
      this.objectBytes += bytes.length;
    }
    return this.#pages.put(key, bytes);
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    for (const { key, bytes } of pages.filter((page) => this.#counts(page.key))) {
      if (this.#isItem(bytes)) this.writeUnits += kilobytesBegun(itemBytes(key, bytes));
      // Where pages may be items, one may be in the object's place, and asking costs a unit.
      else if (this.#largestItem > 0) this.writeUnits++;
    }
    return this.#pages.delete(pages);
  }

  list(partition: string): Promise<readonly PageRef[]> {
    return this.#pages.list(partition);
  }

  #isItem(bytes: number): boolean {
    return bytes <= this.#largestItem;
  }
}
