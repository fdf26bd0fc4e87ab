import { meanOperator } from '../../../engine/aggregates/mean.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { meanOf, nearestDouble } from './reference.ts';
import { anyNumbers, everydayNumbers, lists } from './values.ts';

function expected(entries: readonly Entry[]): number | null {
  return entries.length === 0 ? null : nearestDouble(meanOf(entries.map(({ value }) => value as number)));
}

describe('mean of everyday numbers', () => {
  obeysTheLaws({ operator: meanOperator, entries: withTimes(lists(everydayNumbers)), expected });
});

describe('mean of any numbers', () => {
  obeysTheLaws({ operator: meanOperator, entries: withTimes(lists(anyNumbers)), expected });
});

describe('mean', () => {
  const mean = (...values: number[]) =>
    meanOperator.result(
      stateOf(
        meanOperator,
        values.map((value) => ({ value, timeMs: 0 })),
      ),
    );

  test('of nothing is null', () => {
    expect(mean()).toBeNull();
  });

  test('is a number where the sum alone is beyond the range of doubles', () => {
    expect(mean(1e308, 1e308)).toBe(1e308);
  });

  test('of numbers around zero is 0 and never -0', () => {
    expect(mean(-Number.MIN_VALUE, 0, 0, 0)).toBe(0);
    expect(mean(-1, 1)).toBe(0);
  });
});
