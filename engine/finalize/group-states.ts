import { mapSettled } from '../async/map-settled.ts';
import { type Group, type Groups, groupKey, groupText } from '../codec/group.ts';
import type { GroupsCodec } from '../codec/segment.ts';
import { hash32 } from '../hash/hash64.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../state/page-map.ts';
import { NO_PAGES, type ViewPages } from '../state/pages.ts';

/**
 * A page is cut where it is larger. At this size the bytes that stay as an old version cost as much as the request: if all
 * groups change, larger pages would cost little less, and if one does, smaller ones would cost half at best.
 */
export const MAX_PAGE_BYTES = 262_144;
const PREFIX_BITS = 32;
/** So many groups tell what all come to, so that they need not be packed at once. */
const SAMPLE = 64;
/** How full pages are after a cut, as a share, so that few of them are cut once more. */
const USUAL_FILL = 0.75;
/** Pages that are read or written at a time. */
const CONCURRENCY = 8;

/** Where a group stands in the order in which a pass goes through groups: whatever the data, from 0 to 2^32 − 1. */
export function hashOf(group: Pick<Group, 'values'>): number {
  return hash32(groupText(group.values));
}

/** Groups in the order of their hash, those from `fromHash` on. */
export function inHashOrder<T extends Pick<Group, 'values'>>(groups: Iterable<T>, fromHash: number): HashedGroup<T>[] {
  const hashed: HashedGroup<T>[] = [];
  for (const group of groups) {
    const hash = hashOf(group);
    if (hash >= fromHash) hashed.push({ hash, group });
  }
  return hashed.length > MOST_PLACES ? hashed.sort(compareHashed) : sortedByPlace(hashed);
}

/** A hash of 32 bits and an index below this are one whole number below 2^53. */
const MOST_PLACES = 2 ** 21;

/** Sorts numbers in place of objects, which takes a fraction of the time: each is a hash, and behind it the index of a group. */
function sortedByPlace<T extends Pick<Group, 'values'>>(hashed: readonly HashedGroup<T>[]): HashedGroup<T>[] {
  const places = Float64Array.from(hashed, ({ hash }, index) => hash * MOST_PLACES + index).sort();
  const sorted = Array.from(places, (place) => hashed[place % MOST_PLACES] as HashedGroup<T>);
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]?.hash === sorted[from]?.hash) to++;
    // Groups of one hash, which are few, by their texts.
    if (to > from + 1) for (const group of sorted.slice(from, to).sort(compareHashed)) sorted[from++] = group;
    from = to;
  }
  return sorted;
}

function compareHashed<T extends Pick<Group, 'values'>>(a: HashedGroup<T>, b: HashedGroup<T>): number {
  return a.hash - b.hash || (groupText(a.group.values) < groupText(b.group.values) ? -1 : 1);
}

export interface HashedGroup<T> {
  readonly hash: number;
  readonly group: T;
}

/** Groups that are gone through between two looks at the clock. */
export interface HashRound<T> {
  readonly members: readonly T[];
  /** Of the first group of the next round; null in the last. */
  readonly nextHash: number | null;
}

/** Cuts groups in the order of their hash in rounds of a size. Groups of one hash stay together: a cursor is a hash. */
export function* hashRounds<T>(hashed: readonly HashedGroup<T>[], size: number): Generator<HashRound<T>> {
  for (let from = 0; from < hashed.length; ) {
    let to = Math.min(from + size, hashed.length);
    while (to < hashed.length && hashed[to]?.hash === hashed[to - 1]?.hash) to++;
    const members = hashed.slice(from, to).map(({ group }) => group);
    yield { members, nextHash: hashed[to]?.hash ?? null };
    from = to;
  }
}

/** How one group's state lies in pages. */
export interface StateFormat {
  readonly codec: GroupsCodec;
  /** Of a page that has no serial: written before there were pages. */
  readonly former: (into: Groups, bytes: Uint8Array) => void;
}

interface PageWrite {
  readonly prefix: string;
  /** Null where no group is left. */
  readonly bytes: Uint8Array | null;
}

/** A group that knows its own hash, which is not asked for where there is one page. */
interface Hashed {
  readonly hash?: number;
}

/** States of a view's groups, read from a page map, changed in memory, and written as the next map. */
export class GroupStates {
  readonly groups: Groups = new Map();
  readonly #store: ViewPages;
  readonly #format: StateFormat;
  #pages: readonly Page[];
  readonly #changed = new Set<Page>();

  private constructor(store: ViewPages, format: StateFormat, pages: readonly Page[]) {
    this.#store = store;
    this.#format = format;
    this.#pages = pages.length === 0 ? [EMPTY_PAGE] : pages;
  }

  static async load(store: ViewPages, format: StateFormat, map: PageMap): Promise<GroupStates> {
    return GroupStates.ofPages(store, format, await listPages(store, map));
  }

  /** The states of some of a map's pages: only groups of these may be asked for. */
  static async ofPages(store: ViewPages, format: StateFormat, pages: readonly Page[]): Promise<GroupStates> {
    const states = new GroupStates(store, format, pages);
    await mapSettled(states.#pages, CONCURRENCY, async ({ set }) => {
      for (const part of await store.load(set)) {
        if (set.serial === undefined) format.former(states.groups, part);
        else format.codec.mergeInto(states.groups, part);
      }
    });
    return states;
  }

  get(group: Pick<Group, 'values'>): Group | undefined {
    return this.groups.get(groupKey(group.values));
  }

  set(group: Group & Hashed, hash?: number): void {
    this.groups.set(groupKey(group.values), group);
    this.touch(group, hash);
  }

  delete(group: Pick<Group, 'values'> & Hashed, hash?: number): void {
    if (this.groups.delete(groupKey(group.values))) this.touch(group, hash);
  }

  /** Tells that a group's state was changed in place. */
  touch(group: Pick<Group, 'values'> & Hashed, hash?: number): void {
    const [only] = this.#pages;
    this.#changed.add(this.#pages.length === 1 ? (only as Page) : this.#pageOf(hash ?? group.hash ?? hashOf(group)));
  }

  /**
   * Writes the pages that changed under a version that the next commits of progress reach, and returns the map of all.
   * What is here can go on changing: the pages do not.
   *
   * @param isForgotten of a state that later windows have no use for: it is left out.
   */
  async save(
    version: number,
    nextSerial: () => number,
    isForgotten: (group: Group) => boolean = () => false,
  ): Promise<PageMap> {
    return mapOfPages(this.#store, await this.savePages(version, nextSerial, isForgotten), version, nextSerial);
  }

  /** The same, as pages in the order of their prefixes. */
  async savePages(
    version: number,
    nextSerial: () => number,
    isForgotten: (group: Group) => boolean = () => false,
  ): Promise<readonly Page[]> {
    const byPage = this.#byPage();
    const next: Page[] = [];
    const writes: PageWrite[] = [];
    for (const [page, groups] of byPage) {
      const kept = groups.filter((group) => !isForgotten(group));
      const mostlyForgotten = kept.length * 2 < groups.length;
      if (!this.#changed.has(page) && !mostlyForgotten) next.push(page);
      else this.#cut(page.prefix, kept, writes);
    }
    const written = await mapSettled(writes, CONCURRENCY, async ({ prefix, bytes }) => ({
      prefix,
      // The other side of a cut, or what all groups have left.
      set: bytes === null ? NO_PAGES : await this.#store.save(version, [bytes], nextSerial()),
    }));
    const pages = inPrefixOrder([...next, ...written]);
    this.#pages = pages;
    this.#changed.clear();
    return pages;
  }

  /** A page's groups as one page, or as several whose prefixes have some bits more. */
  #cut(prefix: string, groups: readonly Group[], into: PageWrite[]): void {
    if (groups.length === 0) {
      into.push({ prefix, bytes: null });
      return;
    }
    const about = groups.length > SAMPLE ? (this.#encode(groups.slice(0, SAMPLE)).length * groups.length) / SAMPLE : 0;
    if (about > MAX_PAGE_BYTES && prefix.length < PREFIX_BITS) {
      for (const [longer, part] of partsOf(prefix, bitsFor(about, MAX_PAGE_BYTES), groups))
        this.#cut(longer, part, into);
      return;
    }
    const bytes = this.#encode(groups);
    if (bytes.length <= MAX_PAGE_BYTES || groups.length === 1 || prefix.length >= PREFIX_BITS) {
      into.push({ prefix, bytes });
      return;
    }
    for (const [longer, part] of partsOf(prefix, bitsFor(bytes.length, MAX_PAGE_BYTES), groups))
      this.#cut(longer, part, into);
  }

  #encode(groups: readonly Group[]): Uint8Array {
    return this.#format.codec.encode(new Map(groups.map((group) => [groupKey(group.values), group])));
  }

  #byPage(): Map<Page, Group[]> {
    const byPage = new Map<Page, Group[]>(this.#pages.map((page) => [page, []]));
    const [only] = this.#pages;
    if (this.#pages.length === 1 && only !== undefined) return byPage.set(only, [...this.groups.values()]);
    for (const group of this.groups.values()) byPage.get(this.#pageOf(hashOf(group)))?.push(group);
    return byPage;
  }

  /** Prefixes leave no hash without its page: there is one for each side of every cut. */
  #pageOf(hash: number): Page {
    return this.#pages[pageIndexOf(this.#pages, hash)] as Page;
  }
}

/** Which page holds the groups of a hash. The pages are in the order of their prefixes. */
export function pageIndexOf(pages: readonly Page[], hash: number): number {
  const firsts = firstHashesOf(pages);
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((firsts[middle] as number) <= hash) low = middle;
    else high = middle - 1;
  }
  return low;
}

function firstHashesOf(pages: readonly Page[]): readonly number[] {
  const known = firstHashes.get(pages);
  if (known !== undefined) return known;
  const firsts = pages.map(firstHashOf);
  firstHashes.set(pages, firsts);
  return firsts;
}

/** Of lists of pages, which do not change. */
const firstHashes = new WeakMap<readonly Page[], readonly number[]>();

/** Pages in the order of their prefixes, which is that of the hashes of their groups. */
export function inPrefixOrder(pages: readonly Page[]): readonly Page[] {
  return [...pages].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** The least hash of a page. */
export function firstHashOf({ prefix }: Page): number {
  return Number.parseInt(prefix.padEnd(PREFIX_BITS, '0'), 2);
}

/** Pages without any state, as many as states of about so many bytes will take. */
export function emptyPagesFor(bytes: number, pageBytes: number): readonly Page[] {
  if (bytes <= pageBytes) return [EMPTY_PAGE];
  return [...partsOf('', bitsFor(bytes, pageBytes), []).keys()].map((prefix) => ({ prefix, set: NO_PAGES }));
}

/** How many bits cut so many bytes into pages of which most need no further cut. */
function bitsFor(bytes: number, pageBytes: number): number {
  return Math.max(1, Math.ceil(Math.log2(bytes / (pageBytes * USUAL_FILL))));
}

/** Groups by their prefix with some bits more, in order: each prefix that there is, with groups or without. */
function partsOf(prefix: string, more: number, groups: readonly Group[]): Map<string, Group[]> {
  const bits = Math.min(more, PREFIX_BITS - prefix.length);
  const parts: Group[][] = Array.from({ length: 2 ** bits }, () => []);
  const [left, right] = [prefix.length, PREFIX_BITS - bits];
  // The bits behind the prefix; a shift by all 32 bits would shift by none.
  for (const group of groups) (parts[((hashOf(group) << left) >>> 0) >>> right] as Group[]).push(group);
  return new Map(parts.map((part, i) => [prefix + i.toString(2).padStart(bits, '0'), part]));
}

const EMPTY_PAGE: Page = { prefix: '', set: NO_PAGES };
