import { formatDuration, formatInstant, formatWindow } from '../../../dashboard/src/format/times.ts';

test.each([
  [0, '0 s'],
  [12.4, '13 ms'],
  [100, '0.1 s'],
  [400, '0.4 s'],
  [12_000, '12 s'],
  [59_600, '1 min'],
  [62_000, '1 min 2 s'],
  [300_000, '5 min'],
  [9_000_000, '2 h 30 min'],
  [3_599_700, '1 h'],
  [273_600_000, '3 d 4 h'],
])('%d ms are %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

const at = (text: string) => Date.parse(text);

test('a window has a date where it is not of today', () => {
  const start = at('2015-05-19T11:05:00Z');
  expect(formatWindow(start, start + 300_000, 'UTC', start)).toBe('11:05–11:10');
  expect(formatWindow(start, start + 300_000, 'UTC', at('2026-11-28T00:00:00Z'))).toBe('Tue 19 May 11:05–11:10');
});

test('a window over midnight has both dates, one up to midnight only its own', () => {
  const [start, end] = [at('2015-05-19T23:30:00Z'), at('2015-05-20T00:30:00Z')];
  expect(formatWindow(start, end, 'UTC', start)).toBe('Tue 19 May 23:30–Wed 20 May 00:30');
  expect(formatWindow(start, end - 1_800_000, 'UTC', start)).toBe('23:30–00:00');
});

test('a window of seconds shows them', () => {
  const start = at('2015-05-19T11:05:10Z');
  expect(formatWindow(start, start + 10_000, 'UTC', start)).toBe('11:05:10–11:05:20');
});

test('an instant has its milliseconds and its zone, also before 1970', () => {
  expect(formatInstant(at('2026-11-25T18:21:17.204Z'), 'UTC')).toBe('25 Nov 2026 18:21:17.204 UTC');
  expect(formatInstant(at('1969-12-31T23:59:59.500Z'), 'UTC')).toBe('31 Dec 1969 23:59:59.500 UTC');
});
