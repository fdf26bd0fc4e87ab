import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';

/** Pages in a map of maps. */
export class MemoryPageStore implements PageStore {
  readonly #partitions = new Map<string, Map<string, Uint8Array>>();

  async get({ key, bytes }: PageRef): Promise<Uint8Array | null> {
    const page = this.#partitions.get(key.partition)?.get(key.sort);
    return page?.length === bytes ? page.slice() : null;
  }

  async put({ partition, sort }: ItemKey, bytes: Uint8Array): Promise<void> {
    const pages = this.#partitions.get(partition) ?? new Map<string, Uint8Array>();
    this.#partitions.set(partition, pages);
    // Callers reuse their buffers.
    pages.set(sort, bytes.slice());
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    for (const { key } of pages) this.#partitions.get(key.partition)?.delete(key.sort);
  }

  async list(partition: string): Promise<readonly PageRef[]> {
    const pages = this.#partitions.get(partition) ?? new Map<string, Uint8Array>();
    return [...pages].map(([sort, { length }]) => ({ key: { partition, sort }, bytes: length }));
  }
}
