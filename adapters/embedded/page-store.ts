import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';
import type { Database } from './database.ts';

/** Pages in SQLite, in the table of the state: stores that were written before there was a page store have them there. */
export class EmbeddedPageStore implements PageStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get({ key: { partition, sort }, bytes }: PageRef): Promise<Uint8Array | null> {
    const row = this.#database.get('SELECT data FROM state WHERE partition = ? AND sort = ?', [partition, sort]);
    return row?.data instanceof Uint8Array && row.data.length === bytes ? row.data : null;
  }

  async put({ partition, sort }: ItemKey, bytes: Uint8Array): Promise<void> {
    this.#database.run('INSERT OR REPLACE INTO state (partition, sort, version, data) VALUES (?, ?, 1, ?)', [
      partition,
      sort,
      bytes,
    ]);
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    this.#database.transaction(() => {
      for (const { key } of pages) {
        this.#database.run('DELETE FROM state WHERE partition = ? AND sort = ?', [key.partition, key.sort]);
      }
    });
  }

  async list(partition: string): Promise<readonly PageRef[]> {
    const rows = this.#database.all('SELECT sort, length(data) AS bytes FROM state WHERE partition = ?', [partition]);
    return rows.map(({ sort, bytes }) => ({ key: { partition, sort: String(sort) }, bytes: Number(bytes) }));
  }
}
