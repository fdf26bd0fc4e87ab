import { mapSettled } from '../async/map-settled.ts';
import type { Page } from '../state/page-map.ts';
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
/** Pages that are written at a time. */
const CONCURRENCY = 8;

export const EMPTY_PAGE: Page = { prefix: '', set: NO_PAGES };

/** What cutting asks of groups, whatever they are kept as. */
export interface Cutting<T> {
  hashOf(group: T): number;
  /** As a page has them. */
  encode(groups: readonly T[]): Uint8Array;
}

export interface PageWrite {
  readonly prefix: string;
  /** Null where no group is left. */
  readonly bytes: Uint8Array | null;
}

/** A page's groups as one page, or as several whose prefixes have some bits more. */
export function cutPage<T>(prefix: string, groups: readonly T[], cutting: Cutting<T>, into: PageWrite[]): void {
  if (groups.length === 0) {
    into.push({ prefix, bytes: null });
    return;
  }
  const cut = (bytes: number) => {
    const parts = partsOf(prefix, bitsFor(bytes, MAX_PAGE_BYTES), groups, cutting.hashOf);
    for (const [longer, part] of parts) cutPage(longer, part, cutting, into);
  };
  const sample = groups.length > SAMPLE ? cutting.encode(groups.slice(0, SAMPLE)).length : 0;
  const about = (sample * groups.length) / SAMPLE;
  if (about > MAX_PAGE_BYTES && prefix.length < PREFIX_BITS) {
    cut(about);
    return;
  }
  const bytes = cutting.encode(groups);
  if (bytes.length <= MAX_PAGE_BYTES || groups.length === 1 || prefix.length >= PREFIX_BITS) {
    into.push({ prefix, bytes });
    return;
  }
  cut(bytes.length);
}

/** Writes pages under a version that the next commits of progress reach. */
export function writePages(
  store: ViewPages,
  writes: readonly PageWrite[],
  version: number,
  nextSerial: () => number,
): Promise<readonly Page[]> {
  return mapSettled(writes, CONCURRENCY, async ({ prefix, bytes }) => ({
    prefix,
    // The other side of a cut, or what all groups have left.
    set: bytes === null ? NO_PAGES : await store.save(version, [bytes], nextSerial()),
  }));
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
  const parts = partsOf<never>('', bitsFor(bytes, pageBytes), [], () => 0);
  return [...parts.keys()].map((prefix) => ({ prefix, set: NO_PAGES }));
}

/** How many bits cut so many bytes into pages of which most need no further cut. */
function bitsFor(bytes: number, pageBytes: number): number {
  return Math.max(1, Math.ceil(Math.log2(bytes / (pageBytes * USUAL_FILL))));
}

/** Groups by their prefix with some bits more, in order: each prefix that there is, with groups or without. */
function partsOf<T>(
  prefix: string,
  more: number,
  groups: readonly T[],
  hashOf: (group: T) => number,
): Map<string, readonly T[]> {
  const bits = Math.min(more, PREFIX_BITS - prefix.length);
  const parts: T[][] = Array.from({ length: 2 ** bits }, () => []);
  const [left, right] = [prefix.length, PREFIX_BITS - bits];
  // The bits behind the prefix; a shift by all 32 bits would shift by none.
  for (const group of groups) (parts[((hashOf(group) << left) >>> 0) >>> right] as T[]).push(group);
  return new Map(parts.map((part, i) => [prefix + i.toString(2).padStart(bits, '0'), part]));
}
