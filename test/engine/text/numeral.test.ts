import { numberOfText } from '../../../engine/text/numeral.ts';

test.each([
  ['9.5', 9.5],
  ['12.50', 12.5],
  ['0.01633102', 0.01633102],
  ['007', 7],
  ['-3', -3],
  ['+3', 3],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1E-2', 0.01],
  ['-0', 0],
  ['1e-400', 0],
  ['9007199254740993', 9007199254740992],
])('%p is %p', (text, value) => {
  expect(numberOfText(text)).toBe(value);
});

test.each([
  '',
  ' ',
  ' 7',
  '7 ',
  '1,000',
  '1_000',
  '0x10',
  'NaN',
  'Infinity',
  '-',
  '.',
  'e3',
  '1e',
  '--1',
  '1e400',
  '١',
  '7\n',
])('%p is none', (text) => {
  expect(numberOfText(text)).toBeNull();
});
