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

  constructor(pages: PageStore) {
    this.#pages = pages;
  }

  async get(page: PageRef): Promise<Uint8Array | null> {
    if (isItem(page.bytes)) this.readUnits += Math.ceil(itemBytes(page.key, page.bytes) / 4096);
    else this.gets++;
    return this.#pages.get(page);
  }

  async put(key: ItemKey, bytes: Uint8Array): Promise<void> {
    const billed = itemBytes(key, bytes.length);
    this.bytesWritten += billed;
    if (isItem(bytes.length)) this.writeUnits += kilobytesBegun(billed);
    else {
      this.puts++;
      this.objectBytes += bytes.length;
    }
    return this.#pages.put(key, bytes);
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    // Of an object too: an item may be in its place, and asking costs a unit.
    for (const page of pages)
      this.writeUnits += isItem(page.bytes) ? kilobytesBegun(itemBytes(page.key, page.bytes)) : 1;
    return this.#pages.delete(pages);
  }

  list(partition: string): Promise<readonly PageRef[]> {
    return this.#pages.list(partition);
  }
}

function isItem(bytes: number): boolean {
  return bytes <= MAX_ITEM_PAGE_BYTES;
}
