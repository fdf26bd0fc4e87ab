import { formatPageCursor, parsePageCursor } from '../../../engine/query/page-cursor.ts';

const question = ['views@1', '0', '60000'];
const place = ['stored', -60_000, '["ü😀",null]'];

test('a cursor gives back its place, and is safe in a URL', () => {
  const cursor = formatPageCursor(question, place);
  expect(parsePageCursor(question, cursor)).toEqual(place);
  expect(encodeURIComponent(cursor)).toBe(cursor);
});

test('a cursor of another question is refused in a sentence', () => {
  const cursor = formatPageCursor(question, place);
  expect(() => parsePageCursor(['views@1', '0', '60001'], cursor)).toThrow(
    `'${cursor.slice(0, 60)}' is no cursor of this question: give the cursor of the page before as it is, with the same view, range, group and order, or leave it out.`,
  );
});

test('a cursor in which any character was changed, left out or doubled is refused', () => {
  const cursor = formatPageCursor(question, place);
  for (let at = 0; at < cursor.length; at++) {
    const other = cursor[at] === 'A' ? 'B' : 'A';
    const damaged = [cursor.slice(0, at) + other + cursor.slice(at + 1), cursor.slice(0, at) + cursor.slice(at + 1)];
    for (const text of [...damaged, cursor.slice(0, at) + cursor[at] + cursor.slice(at)]) {
      expect(() => parsePageCursor(question, text)).toThrow(/is no cursor of this question/);
    }
  }
  for (const text of ['', 'x', '1..', '2.W10.AAAA', 'null']) {
    expect(() => parsePageCursor(question, text)).toThrow(/is no cursor of this question/);
  }
});
