import fc from 'fast-check';
import { quantileOperator } from '../../../engine/aggregates/quantile.ts';
import { limitsFor, MAX_BINS, MAX_EXACT, type SketchLimits } from '../../../engine/aggregates/quantile-sketch.ts';
import { hash32 } from '../../../engine/hash/hash64.ts';
import { casesOf } from '../../support/random-cases.ts';
import { type Entry, encoded, obeysTheLaws, splitAndMerge, stateOf, withTimes } from './laws.ts';
import { middleOfBin, nearestRank, quantileOf } from './quantile-reference.ts';
import { anyNumbers, everydayNumbers, lists } from './values.ts';

const SEED = 20190828;

const entriesOf = (values: readonly number[]): Entry[] => values.map((value) => ({ value, timeMs: 0 }));
const result = (values: readonly number[], q: number, relativeError = 0.01) => {
  const operator = quantileOperator(q, relativeError);
  return operator.result(stateOf(operator, entriesOf(values)));
};

/** Small limits, so that short lists cross them: counted exactly, in fine bins, and in coarser ones. */
describe.each<[string, number, number, SketchLimits]>([
  ['exact up to 256 numbers', 95, 0.01, limitsFor(0.01)],
  ['always in bins', 95, 0.01, { finestBits: 6, maxBins: MAX_BINS, maxExact: 0 }],
  ['always in wide bins', 50, 0.1, { finestBits: 3, maxBins: MAX_BINS, maxExact: 0 }],
  ['always in narrow bins', 99, 0.001, { finestBits: 9, maxBins: MAX_BINS, maxExact: 0 }],
  ['exact up to 5 numbers, then in at most 8 bins', 60, 0.01, { finestBits: 6, maxBins: 8, maxExact: 5 }],
  ['exact up to 2 numbers, then in at most 3 bins', 40, 0.001, { finestBits: 9, maxBins: 3, maxExact: 2 }],
  ['always in at most 4 bins', 70, 0.01, { finestBits: 6, maxBins: 4, maxExact: 0 }],
])('quantile, %s', (_, percent, relativeError, limits) => {
  obeysTheLaws({
    operator: quantileOperator(percent / 100, relativeError, limits),
    entries: withTimes(fc.oneof(lists(everydayNumbers), lists(anyNumbers))),
    expected: (entries) =>
      quantileOf(
        entries.map(({ value }) => value as number),
        percent,
        limits,
      ),
  });
});

describe('quantile', () => {
  test('of few different numbers is exact, however many numbers there are', () => {
    expect(result([1, 2, 3], 0.5)).toBe(2);
    expect(result([1, 2, 3, 4], 0.5)).toBe(2);
    expect(result([0.1, 0.2, 0.3, 0.4, 0.5], 0.75)).toBe(0.4);
    expect(result([-3.3, -2.2, -1.1, -0], 0.75)).toBe(-1.1);
    const statuses = Array.from({ length: 10_000 }, (_, i) => 200 + (hash32(`status ${i}`) % MAX_EXACT));
    for (const percent of [1, 50, 99]) expect(result(statuses, percent / 100)).toBe(nearestRank(statuses, percent));
  });

  test('of more different numbers than that is the middle of a bin', () => {
    const values = Array.from({ length: MAX_EXACT + 1 }, (_, i) => 1000 + i);
    expect(result(values.slice(1), 0.5)).toBe(1128);
    expect(result(values, 0.5)).toBe(middleOfBin(1128, 64, values));
  });

  test('of ordinary latencies has a number, within twice an error that needs too many bins', () => {
    const latencies = Array.from({ length: 100_000 }, (_, i) => Math.exp((hash32(`latency ${i}`) % 99_000) / 10_000));
    const found = result(latencies, 0.95, 0.001) as number;
    const exact = nearestRank(latencies, 95);
    expect(Math.abs(found / exact - 1)).toBeLessThan(0.002);
    expect(found).toBe(quantileOf(latencies, 95, limitsFor(0.001)));
    expect(found).not.toBe(middleOfBin(exact, 512, latencies));
  });

  test('of numbers that fill all of the doubles is within a half', () => {
    const operator = quantileOperator(0.3, 0.001);
    const octaves = Array.from({ length: 2046 }, (_, i) => 1.9 * 2 ** (i - 1022));
    const values = [...octaves, ...octaves.map((value) => -value), 0];
    const state = stateOf(operator, entriesOf(values));
    const exact = nearestRank(values, 30);
    expect(Math.abs((operator.result(state) as number) / exact - 1)).toBeLessThanOrEqual(0.5);
    expect(operator.result(state)).toBe(quantileOf(values, 30, limitsFor(0.001)));
  });

  test('is within its relative error of the number at its rank, whatever the numbers', () => {
    const numbers = fc.oneof(everydayNumbers, anyNumbers).filter((x) => x === 0 || Math.abs(x) >= 2 ** -1022);
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0.001, 0.0033, 0.01, 0.05, 0.1),
        (values, percent, relativeError) => {
          const exact = nearestRank(values, percent);
          const operator = quantileOperator(percent / 100, relativeError, { ...limitsFor(relativeError), maxExact: 0 });
          const error = Math.abs((operator.result(stateOf(operator, entriesOf(values))) as number) - exact);
          expect(error).toBeLessThanOrEqual(relativeError * Math.abs(exact));
        },
      ),
      { seed: SEED, numRuns: casesOf(2000) },
    );
  });

  test('is the same for any order and cut where bins get coarser', () => {
    const values = Array.from({ length: MAX_BINS + 900 }, (_, i) => 2 ** (i % 100) * (1 + Math.floor(i / 100) / 512));
    const operator = quantileOperator(0.5, 0.001);
    fc.assert(
      fc.property(
        fc.constantFrom(MAX_EXACT, MAX_EXACT + 1, MAX_BINS, MAX_BINS + 1, MAX_BINS + 900),
        fc.infiniteStream(fc.nat()),
        (count, randoms) => {
          const entries = entriesOf(values.slice(0, count));
          const whole = stateOf(operator, entries);
          const parts = splitAndMerge(operator, entries, randoms);
          expect(operator.result(parts)).toBe(quantileOf(values.slice(0, count), 50, limitsFor(0.001)));
          expect(encoded(operator, parts)).toEqual(encoded(operator, whole));
        },
      ),
      { seed: SEED, numRuns: casesOf(20) },
    );
  });

  test('of a hundred thousand latencies is within 1 % in less than 3 KB', () => {
    const latencies = Array.from({ length: 100_000 }, (_, i) => Math.exp(((i * 7919) % 10_007) / 1000));
    const operator = quantileOperator(0.99, 0.01);
    const state = stateOf(operator, entriesOf(latencies));
    const exact = nearestRank(latencies, 99);
    expect(Math.abs((operator.result(state) as number) / exact - 1)).toBeLessThan(0.01);
    expect(encoded(operator, state).length).toBeLessThan(3000);
  });

  test('is exact of the least and the greatest number, also in bins', () => {
    const values = [3.3, -7.7, 1e300, 0.5, ...Array.from({ length: 300 }, (_, i) => i + 0.25)];
    expect([result(values, 0), result(values, 1)]).toEqual([-7.7, 1e300]);
  });

  test('of nothing is null', () => {
    expect(result([], 0.5)).toBeNull();
  });

  test('takes the rank that the decimal says, though its product with the count is a little more', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(0.07 * 100).toBeGreaterThan(7);
    expect([result(values, 0.07), result(values, 0.0701)]).toEqual([7, 8]);
  });

  test('in bins counts what is nearer to 0 than 2^-1022 as 0, and goes to the ends of the doubles', () => {
    const { MAX_VALUE, MIN_VALUE } = Number;
    const values = [-MAX_VALUE, -(2 ** -1022), -MIN_VALUE, 0, MIN_VALUE, 2 ** -1022, MAX_VALUE];
    const at = (index: number, maxExact: number) => {
      const operator = quantileOperator((index + 1) / values.length, 0.01, { ...limitsFor(0.01), maxExact });
      return operator.result(stateOf(operator, entriesOf(values))) as number;
    };
    expect([0, 2, 3, 4, 6].map((index) => at(index, 0))).toEqual([-MAX_VALUE, 0, 0, 0, MAX_VALUE]);
    expect([at(1, 0), at(5, 0)]).toEqual([-(2 ** -1022) * (1 + 1 / 128), 2 ** -1022 * (1 + 1 / 128)]);
    expect(values.map((_, index) => at(index, MAX_EXACT))).toEqual(values);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    expect(() => result([value], 0.5)).toThrow(`A quantile was given ${value}: numbers of events are finite.`);
  });
});
