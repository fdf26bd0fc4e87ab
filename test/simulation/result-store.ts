import { StoreError } from '../../engine/ports/errors.ts';
import type { PutOutcome, ResultStore, RowKey, RowWrite, StoredRow } from '../../engine/ports/result-store.ts';
import { replaces } from './conditions.ts';
import type { Faults } from './faults.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** Result rows, with all that ever stood in their places. */
export class SimulatedResults {
  /** By key: every row that was written there, in order. */
  readonly history = new Map<string, StoredRow[]>();
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;

  constructor(scheduler: Scheduler, faults: Faults) {
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  portOf(task: () => Task): ResultStore {
    return {
      get: async (keys) => {
        await this.#scheduler.turn(task(), `reads ${keys.length} rows`);
        this.#throttle();
        const rows = keys.map((key) => this.#find(key));
        this.#scheduler.tell(task(), () => JSON.stringify(rows));
        return rows;
      },
      put: (writes) => this.#put(writes, task),
      windows: () => Promise.reject(new Error('No finalizer reads rows by window.')),
      latest: async (view, group, atMs = Number.POSITIVE_INFINITY) => {
        await this.#scheduler.turn(task(), `reads the latest row of ${group}`);
        const row = this.#latest(view, group, atMs);
        return row && { ...row, updatedAtMs: null };
      },
    };
  }

  /** Rows as readers see them. */
  live(): StoredRow[] {
    return [...this.history.values()].map((rows) => rows.at(-1) as StoredRow).filter(({ retracted }) => !retracted);
  }

  async #put(writes: readonly RowWrite[], task: () => Task): Promise<readonly PutOutcome[]> {
    const outcomes: PutOutcome[] = [];
    for (const [index, write] of writes.entries()) {
      const { row } = write;
      if (index === 0 || this.#faults.happens('splitWrites')) {
        await this.#scheduler.turn(task(), `writes ${row.group} of ${row.windowStartMs} in epoch ${row.epoch}`);
        this.#throttle();
        if (this.#faults.happens('lostRequest')) throw new StoreError('unknownOutcome', 'The request was lost.');
      }
      const isRefused = !replaces(write, this.#find(row));
      outcomes.push(isRefused ? 'refused' : 'written');
      this.#scheduler.tell(task(), () => (isRefused ? 'refused' : 'written'));
      if (isRefused) continue;
      this.history.set(nameOf(row), [...(this.history.get(nameOf(row)) ?? []), { ...row }]);
    }
    if (writes.length > 0 && this.#faults.happens('lostReply')) {
      throw new StoreError('unknownOutcome', 'The reply was lost.');
    }
    return outcomes;
  }

  #latest(view: string, group: string, atMs: number): StoredRow | null {
    const rows = this.live().filter((row) => row.view === view && row.group === group && row.windowStartMs <= atMs);
    return rows.sort((a, b) => a.windowStartMs - b.windowStartMs).at(-1) ?? null;
  }

  #find(key: RowKey): StoredRow | null {
    return this.history.get(nameOf(key))?.at(-1) ?? null;
  }

  #throttle(): void {
    if (this.#faults.happens('throttled')) throw new StoreError('throttled', 'Too many requests.');
  }
}

function nameOf({ view, group, windowStartMs }: RowKey): string {
  return `${view} ${windowStartMs} ${group}`;
}
