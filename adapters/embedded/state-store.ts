import { assertCommit } from '../../engine/ports/commit-size.ts';
import type {
  Condition,
  Item,
  ItemKey,
  ItemRange,
  ItemWrite,
  StateStore,
  TransactOutcome,
} from '../../engine/ports/state-store.ts';
import type { Database, Row } from './database.ts';

/** State in SQLite. A transaction of the port is a transaction of the database. */
export class EmbeddedStateStore implements StateStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get({ partition, sort }: ItemKey): Promise<Item | null> {
    const row = this.#database.get('SELECT * FROM state WHERE partition = ? AND sort = ?', [partition, sort]);
    return row && itemOf(row);
  }

  async query({ partition, from, to, limit }: ItemRange): Promise<readonly Item[]> {
    const bounded = to === undefined ? '' : 'AND sort < ?';
    const rows = this.#database.all(
      `SELECT * FROM state WHERE partition = ? AND sort >= ? ${bounded} ORDER BY sort LIMIT ?`,
      [partition, from ?? '', ...(to === undefined ? [] : [to]), limit ?? NO_LIMIT],
    );
    return rows.map(itemOf);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    assertCommit(writes);
    return this.#database.transaction(() => {
      const failed = writes.filter((write) => !this.#holds(write.key, write.condition));
      if (failed.length > 0) return { kind: 'conditionFailed', keys: failed.map(({ key }) => key) };
      for (const write of writes) {
        if (write.kind === 'delete') this.#remove(write.key);
        else this.#put(write);
      }
      return { kind: 'committed' };
    });
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    this.#database.transaction(() => {
      for (const key of keys) this.#remove(key);
    });
  }

  #holds({ partition, sort }: ItemKey, condition: Condition): boolean {
    const row = this.#database.get('SELECT version FROM state WHERE partition = ? AND sort = ?', [partition, sort]);
    return condition.kind === 'absent' ? row === null : row?.version === condition.is;
  }

  #put({ key, version, data }: Item): void {
    this.#database.run('INSERT OR REPLACE INTO state (partition, sort, version, data) VALUES (?, ?, ?, ?)', [
      key.partition,
      key.sort,
      version,
      data,
    ]);
  }

  #remove({ partition, sort }: ItemKey): void {
    this.#database.run('DELETE FROM state WHERE partition = ? AND sort = ?', [partition, sort]);
  }
}

/** SQLite's word for it. */
const NO_LIMIT = -1;

function itemOf(row: Row): Item {
  const { partition, sort, version, data } = row;
  return {
    key: { partition: String(partition), sort: String(sort) },
    version: Number(version),
    data: data as string | Uint8Array,
  };
}
