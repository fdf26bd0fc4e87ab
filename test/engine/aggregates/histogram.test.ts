import { histogramOperator } from '../../../engine/aggregates/histogram.ts';
import { obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { anyNumbers, lists } from './values.ts';

describe.each([[[0]], [[-1, 0, 0.1, 1e9]], [[-Number.MAX_VALUE, Number.MIN_VALUE]]])(
  'histogram with bounds %j',
  (bounds) => {
    obeysTheLaws({
      operator: histogramOperator(bounds),
      entries: withTimes(lists(anyNumbers)),
      expected: (entries) =>
        [null, ...bounds].map((from, index) => {
          const to = bounds[index] ?? null;
          const inside = entries.filter(
            ({ value }) => (from === null || (value as number) >= from) && (to === null || (value as number) < to),
          );
          return { from, to, count: inside.length };
        }),
    });
  },
);

test('a bucket holds its lower bound and not its upper one, and what lies outside has buckets of its own', () => {
  const operator = histogramOperator([0, 10]);
  const of = (...values: number[]) =>
    operator.result(
      stateOf(
        operator,
        values.map((value) => ({ value, timeMs: 0 })),
      ),
    );
  expect(of(-1e300, -0, 0, 9.99, 10, 1e300)).toEqual([
    { from: null, to: 0, count: 1 },
    { from: 0, to: 10, count: 3 },
    { from: 10, to: null, count: 2 },
  ]);
  expect(of()).toEqual([
    { from: null, to: 0, count: 0 },
    { from: 0, to: 10, count: 0 },
    { from: 10, to: null, count: 0 },
  ]);
});
