import { mase, msis, naive2, scaleOf, smape } from '../../../bench/forecast/scores.ts';

describe("the competition's errors", () => {
  test('sMAPE: 200 · |100 − 110| / 210 and 200 · |50 − 30| / 80, the mean of both', () => {
    expect(smape([100, 50], [110, 30])).toBeCloseTo((2000 / 210 + 4000 / 80) / 2, 12);
    expect(smape([0], [0])).toBe(0);
    expect(smape([1, -1], [-1, 1])).toBe(200);
  });

  test('MASE: errors of 1 and 3 beside a seasonal naive forecast that is off by 2', () => {
    const scale = scaleOf([1, 10, 3, 12, 5, 14], 2);
    expect(scale).toBe(2);
    expect(mase([7, 16], [8, 13], scale)).toBe(1);
  });

  test('MSIS: the width, and forty times by how far a value lies outside', () => {
    const bounds = [
      { lower: 0, upper: 10 },
      { lower: 4, upper: 6 },
      { lower: 4, upper: 6 },
    ];
    expect(msis([5, 7, 3.5], bounds, 2)).toBe((10 + (2 + 40) + (2 + 20)) / 3 / 2);
  });
});

describe('Naive2', () => {
  test('of a series without a season is the last value', () => {
    expect(naive2([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], 4, 3)).toEqual([8, 8, 8]);
  });

  test('of one with a season is the last value without it, and the season again', () => {
    const history = Array.from({ length: 40 }, (_, i) => 100 * ([0.5, 1, 1.5, 1][i % 4] as number));
    expect(naive2(history, 4, 6)).toEqual([50, 100, 150, 100, 50, 100].map((value) => expect.closeTo(value, 9)));
  });

  test('takes the season from centred means, also where it has an odd length', () => {
    const history = Array.from({ length: 45 }, (_, i) => 10 * ([0.4, 1, 1.6][i % 3] as number));
    expect(naive2(history, 3, 3)).toEqual([4, 10, 16].map((value) => expect.closeTo(value, 9)));
  });

  test('does not test for a season in less than three of them', () => {
    const history = [50, 100, 150, 100, 50, 100, 150, 100, 50, 100];
    expect(naive2(history, 4, 1)).toEqual([100]);
  });
});
