import {
  cutPage,
  emptyPagesFor,
  firstHashOf,
  inPrefixOrder,
  MAX_PAGE_BYTES,
  type PageWrite,
  pageIndexOf,
} from '../../../engine/finalize/page-cut.ts';
import { hash32 } from '../../../engine/hash/hash64.ts';
import { NO_PAGES } from '../../../engine/state/pages.ts';

/** A group takes as many bytes as it says. */
interface Sized {
  readonly name: string;
  readonly bytes: number;
}

const CUTTING = {
  hashOf: ({ name }: Sized) => hash32(name),
  encode: (groups: readonly Sized[]) => new Uint8Array(groups.reduce((sum, { bytes }) => sum + bytes, 0)),
};

const groupsOf = (count: number, bytes: number): Sized[] =>
  Array.from({ length: count }, (_, n) => ({ name: `group ${n}`, bytes }));

function cut(prefix: string, groups: readonly Sized[]): readonly PageWrite[] {
  const writes: PageWrite[] = [];
  cutPage(prefix, groups, CUTTING, writes);
  return writes;
}

test('groups that fit are one page, and none are a page without bytes', () => {
  expect(cut('01', groupsOf(100, 1000))).toEqual([{ prefix: '01', bytes: new Uint8Array(100_000) }]);
  expect(cut('01', [])).toEqual([{ prefix: '01', bytes: null }]);
});

test.each([
  ['alike', groupsOf(3000, 1000)],
  ['of which the first are small', [...groupsOf(100, 1), ...groupsOf(3000, 1000)]],
])('groups that do not fit, %s, are pages of which each holds what its prefix says', (_, groups) => {
  const writes = cut('', groups);
  const pages = inPrefixOrder(writes.map(({ prefix }) => ({ prefix, set: NO_PAGES })));
  const bytes = new Map(writes.map((write) => [write.prefix, write.bytes?.length ?? 0]));
  expect(Math.max(...bytes.values())).toBeLessThanOrEqual(MAX_PAGE_BYTES);
  const expected = new Map([...bytes.keys()].map((prefix) => [prefix, 0]));
  for (const group of groups) {
    const { prefix } = pages[pageIndexOf(pages, hash32(group.name))] as { prefix: string };
    expected.set(prefix, (expected.get(prefix) ?? 0) + group.bytes);
  }
  expect(bytes).toEqual(expected);
});

test('one group is one page, however large', () => {
  expect(cut('', groupsOf(1, 1_000_000))).toEqual([{ prefix: '', bytes: new Uint8Array(1_000_000) }]);
});

test('empty pages leave no hash without its page', () => {
  const pages = emptyPagesFor(1_000_000, MAX_PAGE_BYTES);
  expect(pages.map(firstHashOf)).toEqual(pages.map((_, index) => (index * 2 ** 32) / pages.length));
  expect(pages.map((page) => pageIndexOf(pages, firstHashOf(page)))).toEqual([...pages.keys()]);
  expect(emptyPagesFor(1000, MAX_PAGE_BYTES)).toEqual([{ prefix: '', set: NO_PAGES }]);
});
