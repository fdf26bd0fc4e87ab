import { crc32 } from 'node:zlib';
import { StoreError } from '../../engine/ports/errors.ts';
import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';
import type { Faults } from './faults.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** Pages, which are written and deleted one by one: whoever does so can die, freeze or lose the reply between any two. */
export class SimulatedPages {
  /** Keys that were given to two contents. */
  readonly reused: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #pages = new Map<string, { readonly key: ItemKey; readonly bytes: Uint8Array }>();
  /** Checksums of all pages that ever were, by key. */
  readonly #written = new Map<string, number>();
  readonly #listTurns: () => number;

  /** `listTurns` says how many turns a list takes: others get far meanwhile, and it shows what they wrote. */
  constructor(scheduler: Scheduler, faults: Faults, listTurns: () => number) {
    this.#listTurns = listTurns;
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  /** The store as one task sees it. */
  portOf(task: () => Task): PageStore {
    const turn = (what: string) => this.#scheduler.turn(task(), what);
    return {
      get: async (page) => {
        await turn(`reads page ${nameOf(page.key)}`);
        this.#throttle();
        const found = this.find(page);
        this.#scheduler.tell(task(), () => (found === null ? 'nothing' : String(crc32(found))));
        return found;
      },
      put: (key, bytes) => this.#put(key, bytes, turn),
      delete: async (pages) => {
        for (const [index, { key }] of pages.entries()) {
          if (index === 0 || this.#faults.happens('splitWrites')) await turn(`deletes page ${nameOf(key)}`);
          this.#pages.delete(nameOf(key));
        }
      },
      list: async (partition) => {
        for (let left = this.#listTurns(); left > 0; left--) await turn(`lists pages of ${partition}`);
        this.#throttle();
        const pages = [...this.#pages.values()]
          .filter(({ key }) => key.partition === partition)
          .map(({ key, bytes }) => ({ key, bytes: bytes.length }));
        this.#scheduler.tell(task(), () => pages.map(({ key }) => nameOf(key)).join());
        return pages;
      },
    };
  }

  find({ key, bytes }: PageRef): Uint8Array | null {
    const page = this.#pages.get(nameOf(key))?.bytes;
    return page?.length === bytes ? page.slice() : null;
  }

  /** All that readers and writers can tell of the store. */
  stateKey(): string {
    const pages = [...this.#pages].map(([name, { bytes }]) => `${name} ${crc32(bytes)}`);
    return pages.sort().join();
  }

  async #put(key: ItemKey, bytes: Uint8Array, turn: (what: string) => Promise<void>): Promise<void> {
    const [name, content] = [nameOf(key), bytes.slice()];
    await turn(`writes page ${name}`);
    this.#throttle();
    if (this.#faults.happens('lostRequest')) throw new StoreError('unknownOutcome', 'The request was lost.');
    const before = this.#written.get(name);
    if (before !== undefined && before !== crc32(content)) this.reused.push(name);
    this.#written.set(name, crc32(content));
    this.#pages.set(name, { key, bytes: content });
    const isLost = this.#faults.happens('lostReply');
    await turn(isLost ? 'the reply is lost' : 'page written');
    if (isLost) throw new StoreError('unknownOutcome', 'The reply was lost.');
  }

  #throttle(): void {
    if (this.#faults.happens('throttled')) throw new StoreError('throttled', 'Too many requests.');
  }
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}/${sort}`;
}
