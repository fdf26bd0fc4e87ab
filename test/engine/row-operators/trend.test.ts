import { trendOf } from '../../../engine/row-operators/trend.ts';

const placed = (values: readonly (number | null)[]) =>
  values.flatMap((value, place) => (value === null ? [] : [[place, value] as const]));
const noise = (i: number) => ((i * 7919) % 101) / 101 - 0.5;

describe('trend', () => {
  test('a line has its slope; ten rising values have S = 45 and z = 44 / √125', () => {
    const { slope, p_value, direction } = trendOf(placed([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]), 0.05);
    expect({ slope, direction }).toEqual({ slope: 2, direction: 'rising' });
    // From a table: the normal distribution beyond 3.9355 on both sides.
    expect(p_value).toBeCloseTo(8.303e-5, 7);
  });

  test('an outlier does not move it, and a missing row counts as a place', () => {
    expect(trendOf(placed([10, 9, 8, 7, 1000, 5, 4, 3, 2, 1]), 0.05)).toMatchObject({
      slope: -1,
      direction: 'falling',
    });
    expect(trendOf(placed([0, 1, null, null, 4, 5, 6, 7]), 0.05)).toMatchObject({ slope: 1, direction: 'rising' });
  });

  test('equal values lower the variance: 1, 1, 2, 2, 3, 3 has S = 12 and variance (6·5·17 − 3·2·1·9) / 18', () => {
    const z = 11 / Math.sqrt((510 - 54) / 18);
    expect(z).toBeCloseTo(2.1855, 4);
    expect(trendOf(placed([1, 1, 2, 2, 3, 3]), 0.05).p_value).toBeCloseTo(0.028_85, 4);
  });

  test('noise and a constant are flat; of fewer than four rows nothing is said', () => {
    expect(trendOf(placed(Array.from({ length: 50 }, (_, i) => noise(i))), 0.01).direction).toBe('flat');
    expect(trendOf(placed([3, 3, 3, 3, 3]), 0.05)).toEqual({ slope: 0, p_value: 1, direction: 'flat' });
    expect(trendOf(placed([1, 2, 3]), 0.05)).toEqual({ slope: null, p_value: null, direction: 'flat' });
  });
});
