import { CalmRange, logTicks, yRange } from '../../../dashboard/src/charts/range.ts';

test('counts begin at zero; what does not has a tenth more on both sides', () => {
  expect(yRange(5, 100, true)).toEqual([0, 150]);
  expect(yRange(5, 16_000, true)).toEqual([0, 20_000]);
  expect(yRange(5, 1270, true)).toEqual([0, 1500]);
  expect(yRange(0, 0.069, true)[1]).toBeCloseTo(0.08);
  expect(yRange(0, 0, true)).toEqual([0, 1]);
  expect(yRange(20, 30, false)).toEqual([19, 31]);
  expect(yRange(7, 7, false)).toEqual([6, 8]);
  expect(yRange(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true)).toEqual([0, 1]);
});

test('a range grows at once, and shrinks after ten seconds of needing less', () => {
  const calm = new CalmRange();
  expect(calm.next([0, 10], 0)).toEqual([0, 10]);
  expect(calm.next([0, 20], 1_000)).toEqual([0, 20]);
  expect(calm.next([0, 10], 2_000)).toEqual([0, 20]);
  expect(calm.next([0, 10], 11_900)).toEqual([0, 20]);
  expect(calm.next([0, 10], 12_000)).toEqual([0, 10]);
});

test('a peak in between begins the ten seconds anew', () => {
  const calm = new CalmRange();
  calm.next([0, 20], 0);
  calm.next([0, 10], 1_000);
  calm.next([0, 20], 9_000);
  expect(calm.next([0, 10], 12_000)).toEqual([0, 20]);
});

test('what is never below zero has no axis below it', () => {
  expect(yRange(1, 100, false)[0]).toBe(0);
  expect(yRange(-1, 100, false)[0]).toBeLessThan(-1);
});

test('powers of ten at an axis of logarithms, five at most', () => {
  expect(logTicks(3, 6.2)).toEqual([3, 4, 5, 6]);
  expect(logTicks(0, 12)).toEqual([0, 3, 6, 9, 12]);
});
