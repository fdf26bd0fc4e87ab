import { Axis } from '../../../../engine/detectors/auto/axis.ts';
import { Digest } from '../../../../engine/detectors/auto/digest.ts';

function axisOf(values: readonly number[]): Axis | null {
  const digest = new Digest();
  for (const value of values) digest.add(value);
  const axis = new Axis();
  return axis.fit(digest) ? axis : null;
}

test('is straight near the median, and logarithmic far outside', () => {
  const axis = axisOf(Array.from({ length: 1000 }, (_, i) => i)) as Axis;
  const length = (from: number, to: number) => axis.at(to) - axis.at(from);
  expect(axis.at(500)).toBeCloseTo(0, 2);
  expect(length(500, 520) / length(500, 510)).toBeCloseTo(2, 2);
  expect(length(200_000, 400_000)).toBeCloseTo(Math.log(2), 2);
});

test('does not fit where all values are one', () => {
  expect(axisOf([7, 7, 7])).toBeNull();
});

test('takes the outermost values where few differ', () => {
  expect(axisOf([...Array.from({ length: 98 }, () => 7), 8, 9])?.at(9)).toBeGreaterThan(0.5);
});
