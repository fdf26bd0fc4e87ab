import { setImmediate } from 'node:timers/promises';
import type { ResultStore, RowPage, StoredRow, WindowsQuery } from '../../engine/ports/result-store.ts';

type Reads = Pick<ResultStore, 'windows' | 'latest'>;

/**
 * Stored rows for questions that read many. SQLite answers at once, so a question of many pages would hold up events, other
 * questions and its own time limit: before each page, whatever waits comes first.
 */
export class PoliteResults implements Reads {
  readonly #results: Reads;

  constructor(results: Reads) {
    this.#results = results;
  }

  async windows(query: WindowsQuery): Promise<RowPage> {
    await setImmediate();
    return this.#results.windows(query);
  }

  latest(view: string, group: string, atMs?: number): Promise<StoredRow | null> {
    return this.#results.latest(view, group, atMs);
  }
}
