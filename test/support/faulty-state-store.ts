import { CommitTooLargeError, StoreError } from '../../engine/ports/errors.ts';
import type {
  Item,
  ItemKey,
  ItemRange,
  ItemWrite,
  StateStore,
  TransactOutcome,
} from '../../engine/ports/state-store.ts';

/** What happens to one transaction. */
export type Fault =
  /** Nothing is applied, and the caller cannot know. */
  | 'lostRequest'
  /** All is applied, and the caller cannot know. */
  | 'lostReply'
  | 'throttled'
  | 'conflict'
  | 'inProgress'
  /** Applied; reads see the first item (the checkpoint) at once, and the others only after some reads that look there. */
  | { readonly tornForReads: number; readonly only?: 'segment' | 'marker' };

export interface LoggedTransaction {
  readonly writes: readonly ItemWrite[];
  readonly outcome: TransactOutcome;
}

/** Limits below the real ones, so that a few events are already too many. */
export interface SmallLimits {
  readonly items?: number;
  readonly bytes?: number;
  readonly itemBytes?: number;
}

/** A `StateStore` that fails as a script says, and keeps a log of what it did. */
export class FaultyStateStore implements StateStore {
  readonly #inner: StateStore;
  readonly #hidden = new Map<string, Hidden>();
  readonly #script: (Fault | null)[] = [];
  readonly transactions: LoggedTransaction[] = [];
  limits: SmallLimits = {};
  /** Runs before each transaction is applied: to let somebody else in. */
  onTransact: (writes: readonly ItemWrite[]) => Promise<void> = async () => {};
  /** Runs before each query is answered. */
  onQuery: (range: ItemRange) => Promise<void> = async () => {};
  refusedAsTooLarge = 0;

  constructor(inner: StateStore) {
    this.#inner = inner;
  }

  /** Runs something once, just before the first query of a partition that begins so. */
  beforeQueryOf(prefix: string, run: () => Promise<unknown>): void {
    this.onQuery = async ({ partition }) => {
      if (!partition.startsWith(prefix)) return;
      this.onQuery = async () => {};
      await run();
    };
  }

  /** Runs something once, just before the first transaction that writes a key of which the test is true. */
  beforeWriteOf(isMeant: (key: ItemKey) => boolean, run: () => Promise<unknown>): void {
    this.onTransact = async (writes) => {
      if (!writes.some(({ key }) => isMeant(key))) return;
      this.onTransact = async () => {};
      await run();
    };
  }

  /** One fault for each of the next transactions; null lets one pass. */
  script(...faults: readonly (Fault | null)[]): void {
    this.#script.push(...faults);
  }

  clearScript(): void {
    this.#script.length = 0;
  }

  async get(key: ItemKey): Promise<Item | null> {
    const hidden = this.#look(key);
    return hidden === undefined ? this.#inner.get(key) : hidden.before;
  }

  async query(range: ItemRange): Promise<readonly Item[]> {
    await this.onQuery(range);
    const { limit, ...all } = range;
    const items = await this.#inner.query(all);
    const old = [...this.#hidden.values()].filter(({ key }) => contains(range, key));
    for (const { key } of old) this.#look(key);
    const oldKeys = new Set(old.map(({ key }) => identity(key)));
    const visible = [
      ...items.filter(({ key }) => !oldKeys.has(identity(key))),
      ...old.flatMap(({ before }) => (before === null ? [] : [before])),
    ].sort((a, b) => (a.key.sort < b.key.sort ? -1 : 1));
    return visible.slice(0, limit);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    await this.onTransact(writes);
    this.#refuseTooLarge(writes);
    const fault = this.#script.shift() ?? null;
    if (fault === 'throttled' || fault === 'conflict' || fault === 'inProgress') {
      throw new StoreError(fault, `The script says: ${fault}.`);
    }
    if (fault === 'lostRequest') throw new StoreError('unknownOutcome', 'The script lost the request.');
    const before = await Promise.all(writes.map(({ key }) => this.#inner.get(key)));
    const outcome = await this.#inner.transact(writes);
    this.transactions.push({ writes, outcome });
    if (outcome.kind === 'committed') {
      for (const { key } of writes) this.reveal(key);
      if (fault !== null && typeof fault === 'object') {
        writes.forEach(({ key }, index) => {
          const meant = fault.only === undefined || key.partition.startsWith(fault.only);
          if (index > 0 && meant) this.hide(key, before[index] ?? null, fault.tornForReads);
        });
      }
    }
    if (fault === 'lostReply') throw new StoreError('unknownOutcome', 'The script lost the reply.');
    return outcome;
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    await this.#inner.delete(keys);
  }

  /** Reads see an item as it was before, for so many reads that look at it, or until what this gives is called. */
  hide(key: ItemKey, before: Item | null, reads = Number.POSITIVE_INFINITY): () => void {
    const hidden = { key, before, readsLeft: reads };
    this.#hidden.set(identity(key), hidden);
    return () => {
      if (this.#hidden.get(identity(key)) === hidden) this.#hidden.delete(identity(key));
    };
  }

  reveal(key: ItemKey): void {
    this.#hidden.delete(identity(key));
  }

  /** Transactions that were applied. */
  get commits(): readonly LoggedTransaction[] {
    return this.transactions.filter(({ outcome }) => outcome.kind === 'committed');
  }

  #look(key: ItemKey): Hidden | undefined {
    const hidden = this.#hidden.get(identity(key));
    if (hidden !== undefined && --hidden.readsLeft <= 0) this.#hidden.delete(identity(key));
    return hidden;
  }

  #refuseTooLarge(writes: readonly ItemWrite[]): void {
    const sizes = writes.map(sizeOf);
    const { items = 100, bytes = 4_000_000, itemBytes = 390_000 } = this.limits;
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (writes.length <= items && total <= bytes && Math.max(...sizes) <= itemBytes) return;
    this.refusedAsTooLarge++;
    throw new CommitTooLargeError(`The script takes ${items} items, ${bytes} bytes and ${itemBytes} bytes an item.`);
  }
}

interface Hidden {
  readonly key: ItemKey;
  readonly before: Item | null;
  readsLeft: number;
}

function identity({ partition, sort }: ItemKey): string {
  return JSON.stringify([partition, sort]);
}

function contains({ partition, from, to }: ItemRange, key: ItemKey): boolean {
  return key.partition === partition && (from === undefined || key.sort >= from) && (to === undefined || key.sort < to);
}

/** Of segments and markers only: a checkpoint's own size is not what these tests cut by. */
function sizeOf(write: ItemWrite): number {
  if (write.kind === 'delete' || write.key.partition.startsWith('checkpoint')) return 0;
  return write.data.length;
}
