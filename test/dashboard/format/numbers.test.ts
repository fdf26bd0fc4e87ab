import {
  formatBytes,
  formatChange,
  formatCount,
  formatDollars,
  formatFull,
  formatRate,
  formatShare,
  shortenTick,
} from '../../../dashboard/src/format/numbers.ts';

test.each([
  [0, '0'],
  [9592, '9,592'],
  [9999, '9,999'],
  [10_000, '10.0 k'],
  [11_985, '12.0 k'],
  [999_949, '1.00 M'],
  [1_052_034, '1.05 M'],
  [2_104_000_000, '2.10 G'],
  [-12_000, '−12.0 k'],
  [0.125, '0.125'],
  [2.71449, '2.71'],
  [1e15, '1,000 T'],
  [Number.NaN, 'not known'],
])('%d events are %s', (value, words) => {
  expect(formatCount(value)).toBe(words);
});

test('all digits where there is room', () => {
  expect(formatFull(1_051_967)).toBe('1,051,967');
});

test.each([
  [0.131, '13.1 %'],
  [0.0004, '0.04 %'],
  [0.000035, '35 in a million'],
  [0.0000001, '1 in a million'],
  [0, '0 %'],
  [-0.05, '−5.0 %'],
])('a share of %d is %s', (share, words) => {
  expect(formatShare(share)).toBe(words);
});

test.each([
  [108, 100, '+8 %'],
  [86, 100, '−14 %'],
  [100, 100, '0 %'],
  [5, 0, 'new'],
])('%d after %d is %s', (now, before, words) => {
  expect(formatChange(now, before)).toBe(words);
});

test.each([
  [512, '512 B'],
  [4_100, '4.1 kB'],
  [1_900_000, '1.9 MB'],
  [999_960, '1.0 MB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test.each([
  [41.8, '41.8 /s'],
  [0, '0 /s'],
  [250, '250 /s'],
  [12 / 60, '0.2 /s'],
  [1 / 60, '1 /min'],
  [2 / 3600, '2 /h'],
])('a rate of %d a second is %s', (perSecond, words) => {
  const { value, unit } = formatRate(perSecond);
  expect(`${value} ${unit}`).toBe(words);
});

test('dollars have two places, or one digit where these would say nothing', () => {
  expect([1.21, 0, 0.0042, 1234.5].map(formatDollars)).toEqual(['$1.21', '$0.00', '$0.004', '$1,234.50']);
});

test('ticks of an axis have no zeros that say nothing', () => {
  expect(['15.0 k', '1.50 M', '0.500', '5,000', '1.0 MB', '10.0 %', '2 h 30 min'].map(shortenTick)).toEqual([
    '15 k',
    '1.5 M',
    '0.5',
    '5,000',
    '1 MB',
    '10 %',
    '2 h 30 min',
  ]);
});
