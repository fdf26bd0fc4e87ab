import { shorten, wordsOf } from '../../../dashboard/src/components/group-words.ts';

test('null is told from an empty text, and what must not be drawn is not', () => {
  expect([wordsOf(null), wordsOf(''), wordsOf('a\nb\u0000')]).toEqual(['null', '"" (empty)', 'a␤b␤']);
});

test('long names lose their middle, and no half characters are left', () => {
  expect(shorten('abcdefghij', 7)).toBe('abc…hij');
  expect(shorten('👩👩👩👩👩👩', 5)).toBe('👩👩…👩👩');
  expect(shorten('short', 7)).toBe('short');
});
