import { Type } from 'typebox';
import type { ItemKey, StateStore } from '../ports/state-store.ts';
import { MissingPageError, StateFormatError } from './errors.ts';
import { type PageKind, pageKey, pagePartition, pageSetOfKey, pageVersion } from './keys.ts';

/**
 * Pages that a finalizer writes for its successors, too many for one item, and that belong together: all of them were
 * written before the progress that names them, so whoever reads the progress finds them.
 */
export interface PageSet {
  /** Of the progress that they were written for: they lie under it. 0 where there are none. */
  readonly version: number;
  /** Tells sets of one version apart. */
  readonly serial?: number;
  readonly pages: number;
  readonly bytes: number;
}

export const NO_PAGES: PageSet = { version: 0, pages: 0, bytes: 0 };

const WHOLE = Type.Integer({ minimum: 0 });
/** As stored. */
export const PAGE_SET = Type.Object({ version: WHOLE, pages: WHOLE, bytes: WHOLE, serial: Type.Optional(WHOLE) });

/** Tells page sets of one kind apart. */
export function pageSetName({ version, serial }: Pick<PageSet, 'version' | 'serial'>): string {
  return serial === undefined ? `${version}` : `${version}.${serial}`;
}

/** The pages of one kind of a (view, bucket). */
export class PageStore {
  readonly #state: StateStore;
  readonly #kind: PageKind;
  readonly #view: string;
  readonly #bucket: number;
  /** What was written here, in use or not. */
  readonly saved: PageSet[] = [];

  constructor(state: StateStore, kind: PageKind, view: string, bucket: number) {
    this.#state = state;
    this.#kind = kind;
    this.#view = view;
    this.#bucket = bucket;
  }

  /** What was saved: parts of groups, in any number. */
  async load({ version, pages, serial }: PageSet): Promise<Uint8Array[]> {
    const read = Array.from({ length: pages }, async (_, page) => {
      const key = this.#key(version, page, serial);
      const item = await this.#state.get(key);
      if (item !== null && typeof item.data !== 'string') return item.data;
      throw new MissingPageError(key);
    });
    const parts = splitParts(Buffer.concat(await Promise.all(read)));
    if (parts === null)
      throw new StateFormatError(this.#key(version, 0, serial), 'pages end where their last part does');
    return parts;
  }

  /**
   * Writes parts under a version that no progress names yet. A finalizer that died after doing so left pages under a
   * version that never came to be, or that its successor takes: they are written over.
   */
  async save(version: number, parts: readonly Uint8Array[], serial?: number): Promise<PageSet> {
    const bytes = joinParts(parts);
    const pages = Math.ceil(bytes.length / PAGE_BYTES);
    for (let page = 0; page < pages; page++) {
      await this.#put(this.#key(version, page, serial), bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    }
    const set = { version, pages, bytes: bytes.length, ...(serial !== undefined && { serial }) };
    this.saved.push(set);
    return set;
  }

  async delete(sets: readonly PageSet[]): Promise<void> {
    const keys = sets.flatMap(({ version, pages, serial }) =>
      Array.from({ length: pages }, (_, page) => this.#key(version, page, serial)),
    );
    if (keys.length > 0) await this.#state.delete(keys);
  }

  /**
   * Deletes pages up to a version that are not of these sets: what finalizers that died left behind. Whoever calls may
   * itself be taken for dead, and later pages be those of its successor.
   */
  async deleteUpTo(version: number, sets: readonly PageSet[]): Promise<void> {
    const named = new Set(sets.map(pageSetName));
    const items = await this.#state.query({ partition: pagePartition(this.#kind, this.#view, this.#bucket) });
    const keys = items
      .map(({ key }) => key)
      .filter((key) => pageVersion(key) <= version && !named.has(pageSetOfKey(key)));
    if (keys.length > 0) await this.#state.delete(keys);
  }

  async #put(key: ItemKey, data: Uint8Array): Promise<void> {
    const stored = await this.#state.get(key);
    const version = (stored?.version ?? 0) + 1;
    const condition = stored === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: stored.version };
    const outcome = await this.#state.transact([{ kind: 'put', key, version, data, condition }]);
    if (outcome.kind === 'conditionFailed') return this.#put(key, data);
  }

  /** The key of a set's first page, for messages. */
  keyOf({ version, serial }: PageSet): ItemKey {
    return this.#key(version, 0, serial);
  }

  #key(version: number, page: number, serial?: number): ItemKey {
    return pageKey(this.#kind, this.#view, this.#bucket, version, page, serial);
  }
}

/** A page leaves room in an item of the store. One part may be larger than that, so pages are cut anywhere. */
const PAGE_BYTES = 300_000;

/** Each part with its length before it, in four bytes. */
export function joinParts(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(part.length);
      return [length, part];
    }),
  );
}

/** The parts that were joined; null where the bytes end inside of one. */
export function splitParts(bytes: Buffer): Uint8Array[] | null {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES;
    const end = from > bytes.length ? from : from + bytes.readUInt32LE(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(from, end));
    at = end;
  }
  return parts;
}

const LENGTH_BYTES = 4;
