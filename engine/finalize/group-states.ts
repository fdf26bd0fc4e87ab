import { mapSettled } from '../async/map-settled.ts';
import { type Group, type Groups, groupKey } from '../codec/group.ts';
import type { GroupsCodec } from '../codec/segment.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../state/page-map.ts';
import type { ViewPages } from '../state/pages.ts';
import { hashOf } from './hash-order.ts';
import { cutPage, EMPTY_PAGE, inPrefixOrder, type PageWrite, pageIndexOf, writePages } from './page-cut.ts';

/** Pages that are read at a time. */
const CONCURRENCY = 8;

/** How one group's state lies in pages. */
export interface StateFormat {
  readonly codec: GroupsCodec;
  /** Of a page that has no serial: written before there were pages. */
  readonly former: (into: Groups, bytes: Uint8Array) => void;
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

  set(group: Group & Hashed): void {
    this.groups.set(groupKey(group.values), group);
    this.touch(group);
  }

  delete(group: Pick<Group, 'values'> & Hashed): void {
    if (this.groups.delete(groupKey(group.values))) this.touch(group);
  }

  /** Tells that a group's state was changed in place. */
  touch(group: Pick<Group, 'values'> & Hashed): void {
    const [only] = this.#pages;
    this.#changed.add(this.#pages.length === 1 ? (only as Page) : this.#pageOf(group.hash ?? hashOf(group)));
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
      else cutPage<Group>(page.prefix, kept, { hashOf, encode: (part) => this.#encode(part) }, writes);
    }
    const pages = inPrefixOrder([...next, ...(await writePages(this.#store, writes, version, nextSerial))]);
    this.#pages = pages;
    this.#changed.clear();
    return pages;
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
