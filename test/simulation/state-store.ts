import { crc32 } from 'node:zlib';
import { assertCommit } from '../../engine/ports/commit-size.ts';
import { CommitTooLargeError, StoreError } from '../../engine/ports/errors.ts';
import type { Item, ItemKey, ItemWrite, StateStore, TransactOutcome } from '../../engine/ports/state-store.ts';
import { holds } from './conditions.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** A write of a checkpoint, as it was applied: what the reference knows of the engine. */
export interface CheckpointWrite {
  readonly stream: string;
  readonly shard: string;
  readonly atMs: number;
  /** Who wrote it, and at which step that began. */
  readonly by: Task;
  readonly version: number;
  readonly content: Readonly<Record<string, unknown>>;
}

type Table = Map<string, Map<string, Item>>;

/**
 * DynamoDB as the protocol sees it. Transactions are atomic and checked against what is committed; reads see their items
 * one by one, the checkpoint first, until the transaction is answered.
 */
export class SimulatedState {
  readonly checkpoints: CheckpointWrite[] = [];
  /** Items that one commit of a shard may hold while commits are made small. */
  maxItems = 100;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #committed: Table = new Map();
  readonly #visible: Table = new Map();
  /** Keys of transactions that are being made visible. */
  readonly #inFlight = new Set<string>();
  readonly #store: Task = { name: 'store', state: 'running', begunAt: 0, recent: [] };
  readonly #nowMs: () => number;
  readonly #delay: () => number;

  /** `delay` says how many turns an item of a transaction takes to be seen, where that takes time. */
  constructor(scheduler: Scheduler, faults: Faults, nowMs: () => number, delay: () => number) {
    this.#nowMs = nowMs;
    this.#delay = delay;
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  /** The store as one task sees it. */
  portOf(task: () => Task): StateStore {
    const turn = (what: string) => this.#scheduler.turn(task(), what);
    return {
      get: async (key) => {
        await turn(`get ${key.partition}/${key.sort}`);
        this.#throttle();
        const item = this.#visible.get(key.partition)?.get(key.sort) ?? null;
        this.#scheduler.tell(task(), () => (item === null ? 'nothing' : keyOf(item)));
        return item;
      },
      query: async ({ partition, from, to, limit }) => {
        await turn(`query ${partition}`);
        this.#throttle();
        const items = this.#inRange(partition, from, to).slice(0, limit);
        this.#scheduler.tell(task(), () => items.map(keyOf).join());
        return items;
      },
      transact: (writes) => this.#transact(writes, turn, task()),
      delete: async (keys) => {
        for (const [index, key] of keys.entries()) {
          if (index === 0 || this.#faults.happens('splitWrites')) await turn(`delete ${key.partition}/${key.sort}`);
          this.#remove(key);
        }
      },
    };
  }

  /** What the last write of a shard's checkpoint said; undefined where there is none. */
  lastCheckpoint({ stream, id }: { readonly stream: string; readonly id: string }): CheckpointWrite | undefined {
    return this.checkpoints.findLast((write) => write.stream === stream && write.shard === id);
  }

  /** From here on commits may have to be small. */
  limitCommits(random: Random): void {
    this.maxItems = this.#faults.happens('smallCommits') ? random.between(8, 12) : 100;
  }

  /** All items that are committed. */
  items(): Item[] {
    return [...this.#committed.values()].flatMap((items) => [...items.values()]);
  }

  /** All that readers and writers can tell of the store. */
  stateKey(): string {
    const keys = (table: Table) =>
      [...table.values()]
        .flatMap((items) => [...items.values()].map(keyOf))
        .sort()
        .join();
    return `${keys(this.#committed)}|${keys(this.#visible)}|${[...this.#inFlight].sort().join()}`;
  }

  async #transact(
    writes: readonly ItemWrite[],
    turn: (what: string) => Promise<void>,
    by: Task,
  ): Promise<TransactOutcome> {
    assertCommit(writes);
    // A commit that marks what an earlier one wrote holds as many markers as that one had segments, and is no smaller.
    const takesIn = writes.some(({ key }) => key.partition.startsWith('segment#') || key.partition.startsWith('ids#'));
    const isShardsCommit = writes[0]?.key.partition.startsWith('checkpoint#') === true;
    if (isShardsCommit && takesIn && writes.length > this.maxItems) {
      throw new CommitTooLargeError(`A commit of ${writes.length} items is beyond ${this.maxItems}.`);
    }
    await turn(`transact ${writes.map(describeWrite).join(', ')}`);
    this.#throttle();
    if (this.#faults.happens('conflict')) throw new StoreError('conflict', 'Another transaction is at it.');
    if (this.#faults.happens('inProgress')) throw new StoreError('inProgress', 'The request is being carried out.');
    if (this.#faults.happens('lostRequest')) throw new StoreError('unknownOutcome', 'The request was lost.');
    if (writes.some(({ key }) => this.#inFlight.has(nameOf(key)))) {
      throw new StoreError('conflict', 'Another transaction is at it.');
    }
    const failed = this.#failing(writes);
    if (failed.length > 0) {
      this.#scheduler.tell(by, () => 'failed');
      return { kind: 'conditionFailed', keys: failed.map(({ key }) => key) };
    }
    await this.#apply(writes, by);
    if (this.#faults.happens('expiredToken')) {
      // The client repeats it by itself, and meets its own writes.
      await turn('the reply is lost');
      this.#scheduler.tell(by, () => 'failed');
      const failed = this.#failing(writes);
      if (failed.length > 0) return { kind: 'conditionFailed', keys: failed.map(({ key }) => key) };
    }
    const isLost = this.#faults.happens('lostReply');
    await turn(isLost ? 'the reply is lost' : 'committed');
    this.#scheduler.tell(by, () => (isLost ? 'lost' : 'committed'));
    if (isLost) throw new StoreError('unknownOutcome', 'The reply was lost.');
    return { kind: 'committed' };
  }

  #failing(writes: readonly ItemWrite[]): ItemWrite[] {
    return writes.filter((write) => !holds(write, find(this.#committed, write.key)));
  }

  /** Commits at once; readers see it item by item. Goes on whatever becomes of the caller. */
  async #apply(writes: readonly ItemWrite[], by: Task): Promise<void> {
    for (const write of writes) {
      change(this.#committed, write);
      this.#follow(write, by);
    }
    const names = writes.map(({ key }) => nameOf(key));
    for (const name of names) this.#inFlight.add(name);
    for (const [index, write] of writes.entries()) {
      // Some of the time for so long that a reader gets from a checkpoint to the end of its work in between.
      const delay = index > 0 && this.#faults.happens('torn') ? this.#delay() : 0;
      for (let turn = 0; turn < delay; turn++)
        await this.#scheduler.turn(this.#store, `is to show ${describeWrite(write)}`);
      if (find(this.#committed, write.key)?.version === (write.kind === 'put' ? write.version : undefined)) {
        change(this.#visible, write);
      }
    }
    for (const name of names) this.#inFlight.delete(name);
  }

  #follow(write: ItemWrite, by: Task): void {
    if (write.kind !== 'put' || !write.key.partition.startsWith('checkpoint#')) return;
    const stream = write.key.partition.slice('checkpoint#'.length);
    const content = JSON.parse(String(write.data)) as Record<string, unknown>;
    this.checkpoints.push({ stream, shard: write.key.sort, atMs: this.#nowMs(), by, version: write.version, content });
  }

  #inRange(partition: string, from?: string, to?: string): Item[] {
    return [...(this.#visible.get(partition)?.values() ?? [])]
      .filter(({ key }) => (from === undefined || key.sort >= from) && (to === undefined || key.sort < to))
      .sort((a, b) => (a.key.sort < b.key.sort ? -1 : 1));
  }

  #remove(key: ItemKey): void {
    this.#committed.get(key.partition)?.delete(key.sort);
    this.#visible.get(key.partition)?.delete(key.sort);
  }

  #throttle(): void {
    if (this.#faults.happens('throttled')) throw new StoreError('throttled', 'Too many requests.');
  }
}

function change(table: Table, write: ItemWrite): void {
  const { partition, sort } = write.key;
  const items = table.get(partition) ?? new Map<string, Item>();
  table.set(partition, items);
  if (write.kind === 'delete') {
    items.delete(sort);
    return;
  }
  const { key, version } = write;
  // Callers reuse their buffers.
  const data = typeof write.data === 'string' ? write.data : write.data.slice();
  items.set(sort, { key, version, data });
}

function find(table: Table, { partition, sort }: ItemKey): Item | undefined {
  return table.get(partition)?.get(sort);
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}/${sort}`;
}

function keyOf({ key, version, data }: Item): string {
  return `${key.partition}/${key.sort} ${version} ${crc32(data)}`;
}

function describeWrite(write: ItemWrite): string {
  return `${write.kind === 'put' ? `v${write.version} of` : 'no more'} ${nameOf(write.key)}`;
}
