import type { ItemKey } from './state-store.ts';

/**
 * The pages of a pipeline: bytes that a finalizer writes for its successors, too many for the state's transactions.
 *
 * A page counts only once progress names it, so writing one needs no condition. Its key holds the version of the commit
 * that is to name it, which one finalizer alone can make: no two writers share a key, and a page is never changed once
 * it is named.
 *
 * Nothing here ends by its age. Who drops a page deletes it after the commit that drops it.
 *
 * @example
 * await pages.put(key, bytes);
 * await commitProgressThatNames({ key, bytes: bytes.length });
 */
export interface PageStore {
  /** The page as it was last written, whether or not any progress names it; null where there is none of this size. */
  get(page: PageRef): Promise<Uint8Array | null>;

  /**
   * Writes a page of at least one byte in the place of what an attempt that died left there. When it returns, every
   * `get` finds the page.
   *
   * @throws StoreError where the outcome is not known. Writing the same page again is harmless.
   */
  put(key: ItemKey, bytes: Uint8Array): Promise<void>;

  /** Removes pages, not atomically. One that is gone already is no error. */
  delete(pages: readonly PageRef[]): Promise<void>;

  /**
   * All pages of a partition, in no order, as `get` and `delete` take them. Attempts of different sizes may be told
   * apart or not: deleting all that is listed leaves nothing.
   */
  list(partition: string): Promise<readonly PageRef[]>;
}

/**
 * Up to this size a page is an item, where a store has tiers. DynamoDB bills each KiB that is written and again each that is
 * deleted, S3 a request of the price of 8 write units; an item is written in less time.
 */
export const MAX_ITEM_PAGE_BYTES = 8192;

/** A page by its key and its size, which tells a store of several places where it lies. */
export interface PageRef {
  readonly key: ItemKey;
  readonly bytes: number;
}
