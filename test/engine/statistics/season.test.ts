import { seasonOf } from '../../../engine/statistics/season.ts';

const placed = (values: readonly (number | null)[]) =>
  values.flatMap((value, place) => (value === null ? [] : [[place, value] as const]));
const noise = (i: number) => ((i * 7919) % 101) / 101 - 0.5;

describe('seasonality', () => {
  const wave = (period: number, length: number) =>
    Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * i) / period));

  test.each([4, 7, 24, 60])('finds a period of %d, also on a trend and in noise', (period) => {
    const values = wave(period, 8 * period + 20).map((value, i) => 10 * value + 0.3 * i + 4 * noise(i));
    const { period: found, strength } = seasonOf(placed(values));
    expect(Math.abs((found as number) - period)).toBeLessThanOrEqual(0.02 * period);
    expect(strength).toBeGreaterThan(0.7);
  });

  test('finds it where rows are missing', () => {
    const values = wave(24, 240).map((value, i) => (i % 5 === 0 ? null : value));
    expect(seasonOf(placed(values)).period).toBe(24);
  });

  test('a trend, noise, a constant and few rows have none', () => {
    for (const values of [
      Array.from({ length: 100 }, (_, i) => i),
      Array.from({ length: 300 }, (_, i) => ((i * i * 7919) % 1009) / 1009),
      Array.from({ length: 100 }, () => 5),
      wave(3, 9),
    ]) {
      expect(seasonOf(placed(values))).toEqual({ period: null, strength: 0 });
    }
  });
});
