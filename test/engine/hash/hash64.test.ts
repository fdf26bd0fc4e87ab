import { type Hash64, hash32 } from '../../../engine/hash/hash64.ts';
import { number, text } from './hashes.ts';

describe('what a hash tells apart', () => {
  test('texts that differ only in a NUL at the end', () => {
    const hashes = ['', '\0', '\0\0', 'a', 'a\0', 'ab', 'ab\0'].map((t) => JSON.stringify(text(t)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('a number from the text of its digits', () => {
    expect(text('1')).not.toEqual(number(1));
  });

  test('not -0 from 0', () => {
    expect(number(-0)).toEqual(number(0));
  });
});

const PINNED_TEXTS: Hash64[] = [
  { high: 1877877794, low: -1695641870 },
  { high: -34577073, low: -1601519596 },
  { high: 53901632, low: -524342402 },
  { high: 1796599649, low: 62901632 },
];
const PINNED_NUMBERS: Hash64[] = [
  { high: 1686382805, low: -2144511657 },
  { high: 1603094924, low: -1477301080 },
  { high: -141273859, low: -2071714623 },
];
const PINNED_BUCKETS = [2643530608, 3640383838];

test('the hashes are what stored sketches and buckets were made with', () => {
  expect([text(''), text('a'), text('user-42'), text('\u4e00\u{1f600}')]).toEqual(PINNED_TEXTS);
  expect([number(0), number(42), number(-1.5)]).toEqual(PINNED_NUMBERS);
  expect([hash32(''), hash32('user-42')]).toEqual(PINNED_BUCKETS);
});
