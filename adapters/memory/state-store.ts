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
import { Partition } from './partition.ts';

/** State in a map of partitions: the plainest `StateStore`, for tests and for runs that need not survive their process. */
export class MemoryStateStore implements StateStore {
  readonly #partitions = new Map<string, Partition>();

  async get(key: ItemKey): Promise<Item | null> {
    const item = this.#find(key);
    return item === undefined ? null : copyOf(item);
  }

  async query({ partition, from, to, limit }: ItemRange): Promise<readonly Item[]> {
    return (this.#partitions.get(partition)?.range(from, to, limit) ?? []).map(copyOf);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    assertCommit(writes);
    const failed = writes.filter((write) => !holds(write.condition, this.#find(write.key)));
    if (failed.length > 0) return { kind: 'conditionFailed', keys: failed.map((write) => write.key) };
    for (const write of writes) {
      if (write.kind === 'delete') this.#remove(write.key);
      else this.#keep(itemOf(write));
    }
    return { kind: 'committed' };
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    for (const key of keys) this.#remove(key);
  }

  #find(key: ItemKey): Item | undefined {
    return this.#partitions.get(key.partition)?.get(key.sort);
  }

  #keep(item: Item): void {
    const { partition } = item.key;
    const items = this.#partitions.get(partition) ?? new Partition();
    this.#partitions.set(partition, items);
    items.set(item);
  }

  #remove({ partition, sort }: ItemKey): void {
    const items = this.#partitions.get(partition);
    items?.delete(sort);
    if (items?.isEmpty) this.#partitions.delete(partition);
  }
}

function holds(condition: Condition, stored: Item | undefined): boolean {
  return condition.kind === 'absent' ? stored === undefined : stored?.version === condition.is;
}

function itemOf({ key, version, data }: Item): Item {
  return copyOf({ key, version, data });
}

/** Stores copies of bytes, because callers reuse their buffers. */
function copyOf(item: Item): Item {
  return { ...item, key: { ...item.key }, data: typeof item.data === 'string' ? item.data : item.data.slice() };
}
