import { groupValueText } from '../../../engine/text/group-value-text.ts';

test('a value that would look like another one is in quotes', () => {
  const values = ['', null, 'null', '"null"', '""', 'x', ' x', 3n, 3, true, '"', 'say "x"'];
  const texts = values.map(groupValueText);
  expect(texts).toEqual(['""', 'null', '"null"', '""null""', '""""', 'x', ' x', '3', '3', 'true', '"', 'say "x"']);
});

test('of texts and null no two look the same', () => {
  const values = ['', null, 'null', '"', '""', '"""', '""""', '"null"', '""null""', '"a"', 'a', '"\n"', '\n'];
  expect(new Set(values.map(groupValueText)).size).toBe(values.length);
});
