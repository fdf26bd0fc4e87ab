import { Lags } from '../../../../engine/detectors/auto/lags.ts';

const BLOCKS = 24;
const trusted = (lags: Lags) => [0, 1, 2, 3].filter((lag) => lags.isTrusted(lag, lags.limit(BLOCKS), BLOCKS));

function after(days: number, distances: readonly number[]): Lags {
  const lags = new Lags();
  for (let i = 0; i < days * BLOCKS; i++)
    distances.forEach((distance, lag) => {
      lags.note(lag, distance);
    });
  return lags;
}

test('days that are alike are all asked', () => {
  expect(trusted(after(10, [1, 1.2, 1.5, 1.9]))).toEqual([0, 1, 2, 3]);
});

test('where the day a week ago is much the nearest, it alone is asked', () => {
  expect(trusted(after(10, [5, 6, 6, 1]))).toEqual([3]);
});

test('before three days are known, all are asked', () => {
  expect(trusted(after(2, [5, 6, 6, 1]))).toEqual([0, 1, 2, 3]);
});
