import { Buffer } from 'node:buffer';
import { Type } from '../ir/type.ts';
import { NO_PAGES, PAGE_SET, type PageSet, pageSetName, type ViewPages } from './pages.ts';
import { storedJson } from './stored-json.ts';

/** The groups whose hash begins with these bits, and where their states lie. */
export interface Page {
  /** Binary digits; empty for all groups. */
  readonly prefix: string;
  readonly set: PageSet;
}

/**
 * States of groups, cut in pages by the hash of the group. A page that grows is split in two, and only pages that changed
 * are written again; a page is never changed in place, so two maps can share it.
 *
 * Few pages are listed here. Of many the list lies in an *index* page of its own, so that progress stays a small item.
 */
export interface PageMap {
  /** Of all pages, as they are stored. */
  readonly bytes: number;
  readonly pages: readonly Page[];
  readonly index: PageSet;
}

export const NO_PAGE_MAP: PageMap = { bytes: 0, pages: [], index: NO_PAGES };

/** Pages that progress lists itself. */
const MAX_LISTED = 8;

/** A set that holds all groups, as code before there were pages wrote it. */
export function mapOfSet(set: PageSet): PageMap {
  return set.pages === 0 ? NO_PAGE_MAP : { bytes: set.bytes, pages: [{ prefix: '', set }], index: NO_PAGES };
}

/** The pages of a map, read from its index where it has one. */
export async function listPages(store: ViewPages, { pages, index }: PageMap): Promise<readonly Page[]> {
  if (index.pages === 0) return pages;
  const [text = new Uint8Array()] = await store.load(index);
  return readIndex({ key: store.keyOf(index), data: Buffer.from(text).toString() });
}

/** A map of these pages, none where all of them are empty. Where they are many, their list is written first, under a version that no progress names yet. */
export async function mapOfPages(
  store: ViewPages,
  pages: readonly Page[],
  version: number,
  nextSerial: () => number,
): Promise<PageMap> {
  if (pages.every(({ set }) => set.pages === 0)) return NO_PAGE_MAP;
  const bytes = pages.reduce((sum, { set }) => sum + set.bytes, 0);
  if (pages.length <= MAX_LISTED) return { bytes, pages, index: NO_PAGES };
  const index = await store.save(version, [Buffer.from(JSON.stringify(pages))], nextSerial());
  return { bytes, pages: [], index };
}

/** Names of all page sets that a map keeps in use, its index among them. */
export async function namesInUse(store: ViewPages, map: PageMap): Promise<readonly PageSet[]> {
  const pages = await listPages(store, map);
  const sets = pages.map(({ set }) => set);
  return map.index.pages === 0 ? sets : [...sets, map.index];
}

/** Sets of `before` that are not among `after`. */
export function setsDropped(before: readonly PageSet[], after: readonly PageSet[]): PageSet[] {
  const kept = new Set(after.map(pageSetName));
  const dropped = new Map(before.filter((set) => !kept.has(pageSetName(set))).map((set) => [pageSetName(set), set]));
  return [...dropped.values()].filter(({ pages }) => pages > 0);
}

const PAGE = Type.Object({ prefix: Type.String({ pattern: '^[01]{0,32}$' }), set: PAGE_SET });
export const PAGE_MAP = Type.Object({
  bytes: Type.Integer({ minimum: 0 }),
  pages: Type.Array(PAGE),
  index: PAGE_SET,
});
const readIndex = storedJson('the index of pages', Type.Array(PAGE));
