import { Type } from 'typebox';
import { formatPageCursor, parsePageCursor, ROW_PLACE } from '../../../engine/query/page-cursor.ts';

const PLACE = Type.Array(Type.Unknown());
const question = ['views@1', '0', '60000'];
const place = ['stored', -60_000, '["ü😀",null]'];

test('a cursor gives back its place, and is safe in a URL', () => {
  const cursor = formatPageCursor(question, place);
  expect(parsePageCursor(question, cursor, PLACE)).toEqual(place);
  expect(encodeURIComponent(cursor)).toBe(cursor);
});

test('a cursor of another question is refused in a sentence', () => {
  const cursor = formatPageCursor(question, place);
  expect(() => parsePageCursor(['views@1', '0', '60001'], cursor, PLACE)).toThrow(
    `'${cursor.slice(0, 60)}' is no cursor of this question: give the cursor of the page before as it is, with the same view, range, group and order, or leave it out.`,
  );
});

test('a cursor in which any character was changed, left out or doubled is refused', () => {
  const cursor = formatPageCursor(question, place);
  for (let at = 0; at < cursor.length; at++) {
    const other = cursor[at] === 'A' ? 'B' : 'A';
    const damaged = [cursor.slice(0, at) + other + cursor.slice(at + 1), cursor.slice(0, at) + cursor.slice(at + 1)];
    for (const text of [...damaged, cursor.slice(0, at) + cursor[at] + cursor.slice(at)]) {
      expect(() => parsePageCursor(question, text, PLACE)).toThrow(/is no cursor of this question/);
    }
  }
  for (const text of ['', 'x', '1..', '2.W10.AAAA', 'null']) {
    expect(() => parsePageCursor(question, text, PLACE)).toThrow(/is no cursor of this question/);
  }
});

test('a cursor that somebody made of another thing than a place is refused', () => {
  const odd = [
    1,
    'x',
    [],
    {},
    { windowStartMs: 'x', group: '[]' },
    { windowStartMs: 1e300, group: '[]' },
    { windowStartMs: 1.5, group: '' },
  ];
  for (const forged of [...odd, { windowStartMs: 0 }, { windowStartMs: 0, group: 1 }]) {
    const cursor = formatPageCursor(question, forged);
    expect(() => parsePageCursor(question, cursor, ROW_PLACE)).toThrow(/is no cursor of this question/);
  }
  const right = { windowStartMs: -60_000, group: '["a"]' };
  expect(parsePageCursor(question, formatPageCursor(question, right), ROW_PLACE)).toEqual(right);
});
