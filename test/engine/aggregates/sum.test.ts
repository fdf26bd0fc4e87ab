import { sumOperator } from '../../../engine/aggregates/sum.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { nearestDouble, sumOf } from './reference.ts';
import { anyNumbers, everydayNumbers, lists } from './values.ts';

const expected = (entries: readonly Entry[]) => nearestDouble(sumOf(entries.map(({ value }) => value as number)));
const sum = (...values: number[]) =>
  sumOperator.result(
    stateOf(
      sumOperator,
      values.map((value) => ({ value, timeMs: 0 })),
    ),
  );

describe('sum of everyday numbers', () => {
  obeysTheLaws({ operator: sumOperator, entries: withTimes(lists(everydayNumbers)), expected });
});

describe('sum of any numbers', () => {
  obeysTheLaws({ operator: sumOperator, entries: withTimes(lists(anyNumbers)), expected });
});

describe('sum', () => {
  test('of nothing is 0', () => {
    expect(sum()).toBe(0);
  });

  test('of -0 is 0', () => {
    expect(sum(-0, -0)).toBe(0);
  });

  test('of ten times 0.1 is 1, where adding doubles gives 0.9999999999999999', () => {
    expect(sum(...Array<number>(10).fill(0.1))).toBe(1);
  });

  test('beyond the range of doubles is null, also when the parts are not', () => {
    expect(sum(1e308, 1e308)).toBeNull();
    expect(sum(-1.7e308, -1e307, -1e307)).toBeNull();
  });
});
