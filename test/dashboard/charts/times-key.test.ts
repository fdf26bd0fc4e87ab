import { timesKey } from '../../../dashboard/src/charts/times-key.ts';

const NOW = Date.parse('2026-11-25T18:35:41Z');
const HOUR_MS = 3_600_000;

test('a second is nothing to see on four hours, and is on a minute', () => {
  const keys = (spanMs: number) =>
    new Set(Array.from({ length: 10 }, (_, i) => timesKey(NOW + i * 1000, null, 'now', spanMs)));
  expect(keys(4 * HOUR_MS).size).toBeLessThanOrEqual(4);
  expect(keys(60_000).size).toBe(10);
});

test('the watermark and the words count too', () => {
  const key = timesKey(NOW, NOW - 60_000, 'now', HOUR_MS);
  expect(timesKey(NOW, NOW - 90_000, 'now', HOUR_MS)).not.toBe(key);
  expect(timesKey(NOW, NOW - 60_000, 'last picture', HOUR_MS)).not.toBe(key);
  expect(timesKey(NOW, NOW - 60_000, 'now', HOUR_MS)).toBe(key);
});
