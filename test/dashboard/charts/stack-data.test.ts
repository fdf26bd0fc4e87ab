import { layersOf, stackOf } from '../../../dashboard/src/charts/stack-data.ts';
import type { Point } from '../../../dashboard/src/charts/timeline-data.ts';

const STEP = 60_000;
const points = (...values: readonly number[]): Point[] =>
  values.map((value, i) => ({
    start: i * STEP,
    end: (i + 1) * STEP,
    value,
    isFinal: i < values.length - 1,
    revision: 1,
    revisedAt: null,
    expected: null,
    lower: null,
    upper: null,
    anomaly: null,
  }));

test('what the groups leave of the sum is other', () => {
  const stack = stackOf(
    [
      { name: '200', points: points(80, 70) },
      { name: '404', points: points(10, 20) },
    ],
    points(100, 100),
    STEP,
  );
  expect(stack.names).toEqual(['200', '404', 'other']);
  expect(stack.windows.map(({ values, total, isFinal }) => ({ values, total, isFinal }))).toEqual([
    { values: [80, 10, 10], total: 100, isFinal: true },
    { values: [70, 20, 10], total: 100, isFinal: false },
  ]);
});

test('where the groups are all there is, there is no other', () => {
  const stack = stackOf([{ name: 'a', points: points(3, 4) }], points(3, 4), STEP);
  expect(stack.names).toEqual(['a']);
  expect(stack.windows.map(({ values }) => values)).toEqual([[3], [4]]);
});

test('a sum that was read before its groups leaves no negative other', () => {
  const [window] = stackOf([{ name: 'a', points: points(12) }], points(10), STEP).windows;
  expect(window).toMatchObject({ values: [12], total: 12 });
});

test('a group without a row in a window has none of it', () => {
  const { windows } = stackOf([{ name: 'a', points: points(5, 6).slice(1) }], points(9, 9), STEP);
  expect(windows.map(({ values }) => values)).toEqual([
    [0, 9],
    [6, 3],
  ]);
});

test('layers begin where those below end', () => {
  expect(layersOf([5, 0, 2])).toEqual([
    [0, 5],
    [5, 5],
    [5, 7],
  ]);
});
