import fc from 'fast-check';
import { approxCountDistinctOperator as operator } from '../../../engine/aggregates/approx-count-distinct.ts';
import type { HyperLogLog } from '../../../engine/aggregates/hyper-log-log.ts';
import { encoded, obeysTheLaws, stateOf, throughBytes, withTimes } from './laws.ts';
import { texts } from './values.ts';

const STANDARD_ERROR = 1.04 / Math.sqrt(2 ** 14);

function ofRange(name: string, from: number, to: number): HyperLogLog {
  const state = operator.create();
  for (let i = from; i < to; i++) operator.add(state, `${name}-${i}`, 0);
  return state;
}

describe('approxCountDistinct of a few texts', () => {
  obeysTheLaws({
    operator,
    entries: withTimes(fc.array(texts, { maxLength: 12 })),
    // Twelve values meet in one of 16,384 registers in one list of 250, and this seed has none: the count is exact.
    expected: (entries) => new Set(entries.map(({ value }) => value)).size,
  });
});

describe('approxCountDistinct', () => {
  test.each([100, 10_000, 1_000_000])('of %d ids is within three standard errors of it', (count) => {
    const error = (operator.result(ofRange('user', 0, count)) as number) / count - 1;
    expect(Math.abs(error)).toBeLessThan(3 * STANDARD_ERROR);
  });

  test.each([500, 5_000, 12_000, 30_000, 80_000])('of %d ids errs as stated over many sets of ids', (count) => {
    const errors = Array.from({ length: 40 }, (_, set) => {
      const result = operator.result(ofRange(`set-${set}`, 0, count)) as number;
      return result / count - 1;
    });
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    const rootMeanSquare = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    // Of 40 errors the mean varies by a sixth of one, their spread by a ninth.
    expect(Math.abs(mean)).toBeLessThan((4 * STANDARD_ERROR) / Math.sqrt(40));
    expect(rootMeanSquare).toBeLessThan(1.4 * STANDARD_ERROR);
  });

  test('gives the same number on every machine and in every version, to the last digit', () => {
    const results = [1_000, 10_000, 100_000, 1_000_000].map((count) => operator.result(ofRange('user', 0, count)));
    expect(results).toEqual([1_002, 9_910, 99_557, 1_005_647]);
  });

  test('of nothing is 0, and small counts are exact', () => {
    for (const count of [0, 1, 2, 5, 10]) expect(operator.result(ofRange('few', 0, count))).toBe(count);
  });

  test('counts each value once, however often it comes', () => {
    const state = ofRange('user', 0, 1000);
    const before = operator.result(state);
    operator.merge(state, ofRange('user', 0, 1000));
    for (let i = 0; i < 1000; i++) operator.add(state, `user-${i}`, i);
    expect(operator.result(state)).toBe(before);
  });

  test('counts numbers and booleans as well', () => {
    const list = [1, 2, 2, 0.5, -0, 0, 1e300].map((value) => ({ value, timeMs: 0 }));
    expect(operator.result(stateOf(operator, list))).toBe(5);
    const booleans = [true, false, true].map((value) => ({ value, timeMs: 0 }));
    expect(operator.result(stateOf(operator, booleans))).toBe(2);
  });

  test('merged of overlapping parts, few or many, is what one pass over all gives', () => {
    const expected = encoded(operator, ofRange('user', 0, 40_000));
    const few = ofRange('user', 100, 1_100);
    const many = ofRange('user', 0, 25_000);
    const rest = ofRange('user', 20_000, 40_000);
    for (const order of [
      [few, many, rest],
      [rest, few, many],
      [many, rest, few],
    ]) {
      const merged = operator.create();
      for (const part of order) operator.merge(merged, throughBytes(operator, part));
      expect(encoded(operator, merged)).toEqual(expected);
    }
  });

  test.each([
    [0, 1],
    [1, 3],
    [13, 26],
    [1_000, 950],
    [10_000, 4_300],
    [100_000, 6_200],
    [1_000_000, 6_200],
  ])('of %d values takes at most %d bytes', (count, bytes) => {
    expect(encoded(operator, ofRange('user', 0, count)).length).toBeLessThanOrEqual(bytes);
  });
});
