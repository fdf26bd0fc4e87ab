import { mapSettled } from '../async/map-settled.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../state/page-map.ts';
import type { ViewPages } from '../state/pages.ts';
import { cutPage, EMPTY_PAGE, inPrefixOrder, type PageWrite, pageIndexOf, writePages } from './page-cut.ts';
import { SessionTable } from './session-table.ts';

/** Pages that are read at a time. */
const CONCURRENCY = 8;

/** Open sessions, read from a page map, changed in their table, and written as the next map. */
export class CarriedSessions {
  readonly table: SessionTable;
  readonly #view: ViewPlan;
  readonly #store: ViewPages;
  #pages: readonly Page[];
  readonly #changed = new Set<Page>();
  /** Groups that changed, by number: of which page each is, is told when pages are written. */
  #touched = new Uint8Array(256);

  private constructor(view: ViewPlan, store: ViewPages, pages: readonly Page[]) {
    this.table = new SessionTable(view);
    this.#view = view;
    this.#store = store;
    this.#pages = pages.length === 0 ? [EMPTY_PAGE] : pages;
  }

  static async load(view: ViewPlan, store: ViewPages, map: PageMap): Promise<CarriedSessions> {
    const pages = await listPages(store, map);
    const sessions = new CarriedSessions(view, store, pages);
    await mapSettled(pages, CONCURRENCY, async ({ set }) => {
      for (const part of await store.load(set)) sessions.table.addOpen(part);
    });
    return sessions;
  }

  /** Tells that a group's open session is another one, or gone. */
  touch(group: number): void {
    if (group >= this.#touched.length) {
      const larger = new Uint8Array(2 * group);
      larger.set(this.#touched);
      this.#touched = larger;
    }
    this.#touched[group] = 1;
  }

  /** A span has been gone through. */
  endSpan(): void {
    this.table.endSpan(() => this.#findChanged());
  }

  /**
   * Writes the pages that changed under a version that the next commits of progress reach, and returns the map of all.
   * What is here can go on changing: the pages do not.
   */
  async save(version: number, nextSerial: () => number): Promise<PageMap> {
    this.#findChanged();
    const kept: Page[] = [];
    const writes: PageWrite[] = [];
    const cutting = {
      hashOf: (group: number) => this.table.hashOf(group),
      encode: (groups: readonly number[]) => this.#view.segments.encode(this.table.columnsOf(groups)),
    };
    for (const [page, groups] of this.#byPage()) {
      if (this.#changed.has(page)) cutPage(page.prefix, groups, cutting, writes);
      else kept.push(page);
    }
    this.#pages = inPrefixOrder([...kept, ...(await writePages(this.#store, writes, version, nextSerial))]);
    this.#changed.clear();
    return mapOfPages(this.#store, this.#pages, version, nextSerial);
  }

  /** Notes the pages of groups that changed. */
  #findChanged(): void {
    const size = Math.min(this.table.size, this.#touched.length);
    for (let group = 0; group < size && this.#changed.size < this.#pages.length; group++) {
      if (this.#touched[group] === 1) this.#changed.add(this.#pageOf(group));
    }
    this.#touched.fill(0);
  }

  #byPage(): Map<Page, number[]> {
    const byPage = new Map<Page, number[]>(this.#pages.map((page) => [page, []]));
    for (const group of this.table.openGroups()) byPage.get(this.#pageOf(group))?.push(group);
    return byPage;
  }

  /** Prefixes leave no hash without its page: there is one for each side of every cut. */
  #pageOf(group: number): Page {
    const [only] = this.#pages;
    if (this.#pages.length === 1) return only as Page;
    return this.#pages[pageIndexOf(this.#pages, this.table.hashOf(group))] as Page;
  }
}
