import { Type } from '../ir/type.ts';
import type { PageRef, PageStore } from '../ports/page-store.ts';
import type { ItemKey } from '../ports/state-store.ts';
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
export class ViewPages {
  readonly #pages: PageStore;
  readonly #kind: PageKind;
  readonly #view: string;
  readonly #bucket: number;
  /** What was written here, in use or not. */
  readonly saved: PageSet[] = [];

  constructor(pages: PageStore, kind: PageKind, view: string, bucket: number) {
    this.#pages = pages;
    this.#kind = kind;
    this.#view = view;
    this.#bucket = bucket;
  }

  /** What was saved: parts of groups, in any number. */
  async load(set: PageSet): Promise<Uint8Array[]> {
    const read = this.#pagesOf(set).map(async (page) => {
      const bytes = await this.#pages.get(page);
      if (bytes !== null) return bytes;
      throw new MissingPageError(page.key);
    });
    const parts = splitParts(Buffer.concat(await Promise.all(read)));
    if (parts === null) throw new StateFormatError(this.keyOf(set), 'pages end where their last part does');
    return parts;
  }

  /**
   * Writes parts under a version that no progress names yet. A finalizer that died after doing so left pages under a
   * version that never came to be: its successor's claim takes that version, and its pages begin at the next.
   */
  async save(version: number, parts: readonly Uint8Array[], serial?: number): Promise<PageSet> {
    const bytes = joinParts(parts);
    const pages = Math.ceil(bytes.length / PAGE_BYTES);
    for (let page = 0; page < pages; page++) {
      const content = bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      await this.#pages.put(this.#key(version, page, serial), content);
    }
    const set = { version, pages, bytes: bytes.length, ...(serial !== undefined && { serial }) };
    this.saved.push(set);
    return set;
  }

  async delete(sets: readonly PageSet[]): Promise<void> {
    const pages = sets.flatMap((set) => this.#pagesOf(set));
    if (pages.length > 0) await this.#pages.delete(pages);
  }

  /**
   * Deletes pages up to a version that are not of these sets: what finalizers that died left behind. Whoever calls may
   * itself be taken for dead, and later pages be those of its successor.
   */
  async deleteUpTo(version: number, sets: readonly PageSet[]): Promise<void> {
    const named = new Set(sets.map(pageSetName));
    const listed = await this.#pages.list(pagePartition(this.#kind, this.#view, this.#bucket));
    const orphans = listed.filter(({ key }) => pageVersion(key) <= version && !named.has(pageSetOfKey(key)));
    if (orphans.length > 0) await this.#pages.delete(orphans);
  }

  /** The key of a set's first page, for messages. */
  keyOf({ version, serial }: PageSet): ItemKey {
    return this.#key(version, 0, serial);
  }

  #pagesOf({ version, pages, bytes, serial }: PageSet): PageRef[] {
    // Code before there was a page store cut smaller pages, to fit into items.
    const cut = pages > Math.ceil(bytes / PAGE_BYTES) ? FORMER_PAGE_BYTES : PAGE_BYTES;
    return Array.from({ length: pages }, (_, page) => ({
      key: this.#key(version, page, serial),
      bytes: Math.min(cut, bytes - page * cut),
    }));
  }

  #key(version: number, page: number, serial?: number): ItemKey {
    return pageKey(this.#kind, this.#view, this.#bucket, version, page, serial);
  }
}

/** Bounds what one request carries. One part may be larger than that, so pages are cut anywhere. */
const PAGE_BYTES = 4_000_000;
const FORMER_PAGE_BYTES = 300_000;

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
