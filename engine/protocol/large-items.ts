import { mapSettled } from '../async/map-settled.ts';
import { CodecError } from '../bytes/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { assertCommit } from '../ports/commit-size.ts';
import type { PageStore } from '../ports/page-store.ts';
import { Again, type Pause, withRetries } from '../ports/retry.ts';
import type { Item, ItemKey, ItemRange, ItemWrite, StateStore, TransactOutcome } from '../ports/state-store.ts';
import { MissingObjectError } from '../state/errors.ts';
import { objectKey } from '../state/object-keys.ts';
import { checksumOf, formatReference, type ObjectReference, parseReference } from '../state/object-reference.ts';

export interface LargeItemsOptions {
  readonly items: StateStore;
  readonly objects: PageStore;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Makes a token that no other attempt has had. */
  readonly newToken: () => string;
  /** Up to this size bytes stay in the item. */
  readonly largestItemBytes?: number;
}

/**
 * A PUT in S3 costs what 8 write units cost, whatever its size, and the reference 2 and its deletion 1; an item costs 2 units
 * for each kilobyte begun, and 1 when it goes. Beyond this size the object is cheaper.
 */
export const LARGEST_ITEM_BYTES = 5 * 1024;

/** Reads of an item whose object is missing, with a pause between two. */
const MAX_READS = 100;
const CONCURRENT = 16;
/** References that are remembered for deleting their objects. What is forgotten is left for the sweep. */
const MAX_REMEMBERED = 50_000;

/**
 * A state store that keeps large segments and ids of events as objects, and references in their items:
 *
 *   attempt A   writes object x/a │ transaction: checkpoint v8, S8 → x/a
 *   attempt B   writes object x/b │                                      │ transaction: v8 exists, refused
 *
 * * An object is written before the transaction that refers to it, under a key with a token of the attempt. Only the reference
 *   makes it count.
 * * Who finds no object reads the item again: it was written anew, or is gone, and so was the object. Missing under a
 *   reference that stays the same it is lost.
 * * The reference goes first, then the object. What attempts that failed left, no reference names: a sweep removes it after a
 *   day. It is not removed at once, for also a refused transaction may have been carried out, by an attempt before.
 */
export class LargeItems implements StateStore {
  readonly #options: LargeItemsOptions;
  readonly #largestItemBytes: number;
  readonly #seen = new Map<string, ObjectReference>();

  constructor(options: LargeItemsOptions) {
    this.#options = options;
    this.#largestItemBytes = options.largestItemBytes ?? LARGEST_ITEM_BYTES;
  }

  async get(key: ItemKey): Promise<Item | null> {
    const item = await this.#options.items.get(key);
    return item && this.#resolve(item);
  }

  async query(range: ItemRange): Promise<readonly Item[]> {
    const items = await this.#options.items.query(range);
    if (range.asStored === true) {
      for (const item of items) this.#remember(item);
      return items;
    }
    const resolved = await mapSettled(items, CONCURRENT, (item) => this.#resolve(item));
    return resolved.filter((item) => item !== null);
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    const { objects, items } = this.#options;
    const large = writes.map((write) => this.#largePut(write));
    const small = writes.map((write, index) => large[index]?.write ?? write);
    // Before anything is written, and as if there were no objects: commits are cut the same in all stores.
    assertCommit(writes);
    await mapSettled(
      large.filter((each) => each !== null),
      CONCURRENT,
      ({ object, bytes }) => objects.put(object, bytes),
    );
    return items.transact(small);
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    const { objects, items } = this.#options;
    await items.delete(keys);
    const dropped = keys.flatMap((key) => this.#forget(key));
    if (dropped.length > 0) await objects.delete(dropped);
  }

  #largePut(write: ItemWrite) {
    if (write.kind !== 'put' || typeof write.data === 'string' || !mayBeObject(write.key)) return null;
    const { data: bytes } = write;
    if (bytes.length <= this.#largestItemBytes) return null;
    const { clock, newToken } = this.#options;
    const object = objectKey(write.key, clock.nowMs(), newToken());
    const reference = formatReference({ object, bytes: bytes.length, checksum: checksumOf(bytes) });
    return { object, bytes, write: { ...write, data: reference } };
  }

  /** The item with its object in the place of the reference; null where the item is gone meanwhile. */
  async #resolve(item: Item): Promise<Item | null> {
    const { items, objects, pause } = this.#options;
    let current = item;
    return withRetries<Item | null>(MAX_READS, pause, async () => {
      const reference = this.#remember(current);
      if (reference === null) return current;
      const bytes = await objects.get({ key: reference.object, bytes: reference.bytes });
      if (bytes !== null) return { ...current, data: checked(current.key, reference, bytes) };
      const again = await items.get(current.key);
      if (again === null) return null;
      current = again;
      return new Again(() => new MissingObjectError(current.key, reference.object));
    });
  }

  #remember({ key, data }: Item): ObjectReference | null {
    if (!mayBeObject(key)) return null;
    const reference = parseReference(data);
    const name = nameOf(key);
    this.#seen.delete(name);
    if (reference === null) return null;
    this.#seen.set(name, reference);
    if (this.#seen.size > MAX_REMEMBERED) this.#seen.delete(this.#seen.keys().next().value as string);
    return reference;
  }

  #forget(key: ItemKey): readonly { readonly key: ItemKey; readonly bytes: number }[] {
    const name = nameOf(key);
    const reference = this.#seen.get(name);
    this.#seen.delete(name);
    return reference === undefined ? [] : [{ key: reference.object, bytes: reference.bytes }];
  }
}

/** Items that nobody changes in place, and that nobody reads in the console. */
function mayBeObject({ partition }: ItemKey): boolean {
  return partition.startsWith('segment#') || partition.startsWith('ids#');
}

function checked(item: ItemKey, { object, checksum }: ObjectReference, bytes: Uint8Array): Uint8Array {
  if (checksumOf(bytes) === checksum) return bytes;
  throw new CodecError(
    `The object ${object.partition} / ${object.sort} of the item ${item.partition} / ${item.sort} is damaged: its checksum does not match.`,
  );
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}\n${sort}`;
}
