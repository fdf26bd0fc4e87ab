import { setImmediate } from 'node:timers/promises';
import type { EmbeddedResultStore } from '../../adapters/embedded/result-store.ts';
import { append } from '../../engine/lists/append.ts';
import type {
  PutOutcome,
  ReadRow,
  ResultStore,
  RowKey,
  RowPage,
  RowWrite,
  StoredRow,
  WindowsQuery,
} from '../../engine/ports/result-store.ts';
import type {
  Item,
  ItemKey,
  ItemRange,
  ItemWrite,
  StateStore,
  TransactOutcome,
} from '../../engine/ports/state-store.ts';

/** So long one piece of work may hold up the others, a little more than which it does. */
const TURN_MS = 5;
/** A millisecond or two. */
const ROWS_PUT_AT_ONCE = 200;

/**
 * Lets others have their turn. SQLite answers at once, so a long round of the pipeline, or a question of many pages, would hold up
 * events, other questions and its own time limit. Each use of a store asks, and once that piece of work has gone on for long
 * enough, whatever waits comes first.
 */
export class Turns {
  #sinceMs = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#sinceMs < TURN_MS) return;
    await setImmediate();
    this.#sinceMs = performance.now();
  }
}

type Rows = ResultStore & Pick<EmbeddedResultStore, 'purgeExpired' | 'latestWindows'>;

/** Result rows, each use of which is a time to let others have their turn. */
export class ResultsInTurns implements Rows {
  readonly #results: Rows;
  readonly #turns: Turns;

  constructor(results: Rows, turns: Turns) {
    this.#results = results;
    this.#turns = turns;
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    await this.#turns.next();
    return this.#results.get(keys);
  }

  /** Each row is written or refused for itself, so others may come in between as well. */
  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    const outcomes: PutOutcome[] = [];
    for (let from = 0; from < writes.length; from += ROWS_PUT_AT_ONCE) {
      await this.#turns.next();
      append(outcomes, await this.#results.put(writes.slice(from, from + ROWS_PUT_AT_ONCE)));
    }
    return outcomes;
  }

  async windows(query: WindowsQuery): Promise<RowPage> {
    await this.#turns.next();
    return this.#results.windows(query);
  }

  async latest(view: string, group: string, atMs?: number): Promise<ReadRow | null> {
    return this.#results.latest(view, group, atMs);
  }

  latestWindows(view: string, limit: number): ReturnType<Rows['latestWindows']> {
    return this.#results.latestWindows(view, limit);
  }

  async purgeExpired(limit: number): Promise<number> {
    await this.#turns.next();
    return this.#results.purgeExpired(limit);
  }
}

/** State, each use of which is a time to let others have their turn. */
export class StateInTurns implements StateStore {
  readonly #state: StateStore;
  readonly #turns: Turns;

  constructor(state: StateStore, turns: Turns) {
    this.#state = state;
    this.#turns = turns;
  }

  async get(key: ItemKey): Promise<Item | null> {
    await this.#turns.next();
    return this.#state.get(key);
  }

  async query(range: ItemRange): Promise<readonly Item[]> {
    await this.#turns.next();
    return this.#state.query(range);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    await this.#turns.next();
    return this.#state.transact(writes);
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    await this.#turns.next();
    return this.#state.delete(keys);
  }
}
