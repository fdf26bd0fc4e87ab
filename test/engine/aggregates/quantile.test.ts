import fc from 'fast-check';
import { quantileOperator } from '../../../engine/aggregates/quantile.ts';
import { MAX_BINS } from '../../../engine/aggregates/quantile-sketch.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { type Entry, encoded, obeysTheLaws, splitAndMerge, stateOf, withTimes } from './laws.ts';
import { bitsOf } from './reference.ts';
import { anyNumbers, everydayNumbers, lists } from './values.ts';

const SEED = 20190828;

const entriesOf = (values: readonly number[]): Entry[] => values.map((value) => ({ value, timeMs: 0 }));

/** How many numbers there are up to the least one that a share of all, in whole percents, do not exceed. */
function rankOf(values: readonly number[], percent: number): number {
  return values.findIndex((_, index) => (index + 1) * 100 >= percent * values.length) + 1;
}

function nearestRank(values: readonly number[], percent: number): number {
  return [...values].sort((a, b) => a - b)[rankOf(values, percent) - 1] as number;
}

/** The middle of the bin of a number, where each octave is divided in `parts`; but no further out than `others` are. */
function middleOfBin(value: number, parts: number, others: readonly number[]): number {
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -1022) return clamp(0, others);
  const octave = 2 ** (Number(bitsOf(magnitude) >> 52n) - 1023);
  const part = Math.floor((magnitude / octave - 1) * parts);
  const middle = octave * (1 + (part + 0.5) / parts);
  return clamp(value < 0 ? -middle : middle, others);
}

function clamp(value: number, others: readonly number[]): number {
  return Math.min(Math.max(value, Math.min(...others)), Math.max(...others)) + 0;
}

describe.each([
  [0.01, 64, 95],
  [0.1, 8, 50],
  [0.001, 512, 99],
])('quantile within %d', (relativeError, parts, percent) => {
  obeysTheLaws({
    operator: quantileOperator(percent / 100, relativeError),
    entries: withTimes(fc.oneof(lists(everydayNumbers), lists(anyNumbers))),
    expected(entries) {
      const values = entries.map(({ value }) => value as number);
      if (values.length === 0) return null;
      const isEnd = [1, values.length].includes(rankOf(values, percent));
      return isEnd ? nearestRank(values, percent) + 0 : middleOfBin(nearestRank(values, percent), parts, values);
    },
  });
});

describe('quantile', () => {
  const quantileOf = (values: readonly number[], q: number, relativeError = 0.01) => {
    const operator = quantileOperator(q, relativeError);
    return operator.result(stateOf(operator, entriesOf(values)));
  };

  test('is within its relative error of the number at its rank, whatever the numbers', () => {
    const numbers = fc.oneof(everydayNumbers, anyNumbers).filter((x) => x === 0 || Math.abs(x) >= 2 ** -1022);
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0.001, 0.0033, 0.01, 0.05, 0.1),
        (values, percent, relativeError) => {
          const exact = nearestRank(values, percent);
          const error = Math.abs((quantileOf(values, percent / 100, relativeError) as number) - exact);
          expect(error).toBeLessThanOrEqual(relativeError * Math.abs(exact));
        },
      ),
      { seed: SEED, numRuns: 2000 },
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

  test('is exact of the least and the greatest number, and of one number', () => {
    const values = [3.3, -7.7, 1e300, 0.5];
    expect([quantileOf(values, 0), quantileOf(values, 1)]).toEqual([-7.7, 1e300]);
    expect([0, 0.5, 1].map((q) => quantileOf([41.7, 41.7], q))).toEqual([41.7, 41.7, 41.7]);
  });

  test('of nothing is null', () => {
    expect(quantileOf([], 0.5)).toBeNull();
  });

  test('takes the rank that the decimal says, though its product with the count is a little more', () => {
    const values = Array.from({ length: 100 }, (_, i) => 2 ** i);
    expect(0.07 * 100).toBeGreaterThan(7);
    expect(quantileOf(values, 0.07)).toBe(2 ** 6 * (1 + 0.5 / 64));
    expect(quantileOf(values, 0.0701)).toBe(2 ** 7 * (1 + 0.5 / 64));
  });

  test('counts what is nearer to 0 than 2^-1022 as 0, and goes to the ends of the doubles', () => {
    const { MAX_VALUE, MIN_VALUE } = Number;
    const values = [-MAX_VALUE, -(2 ** -1022), -MIN_VALUE, 0, MIN_VALUE, 2 ** -1022, MAX_VALUE];
    const at = (index: number) => quantileOf(values, (index + 1) / values.length) as number;
    expect([at(0), at(2), at(3), at(4), at(6)]).toEqual([-MAX_VALUE, 0, 0, 0, MAX_VALUE]);
    expect([at(1), at(5)]).toEqual([-(2 ** -1022) * (1 + 1 / 128), 2 ** -1022 * (1 + 1 / 128)]);
  });

  describe('of numbers in more bins than there may be', () => {
    const operator = quantileOperator(0.5, 0.001);
    const inBins = (count: number) =>
      Array.from({ length: count }, (_, i) => 2 ** (i % 100) * (1 + Math.floor(i / 100) / 512));

    test('is null, and its state takes one byte', () => {
      const most = stateOf(operator, entriesOf(inBins(MAX_BINS)));
      expect(operator.result(most)).not.toBeNull();
      const over = stateOf(operator, entriesOf(inBins(MAX_BINS + 1)));
      expect(operator.result(over)).toBeNull();
      expect(encoded(operator, over).length).toBe(1);
      operator.add(over, 1, 0);
      operator.merge(over, most);
      operator.merge(most, over);
      expect([operator.result(over), operator.result(most)]).toEqual([null, null]);
    });

    test('is null for any order and cut, and so is none that fits', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(MAX_BINS, MAX_BINS + 1, MAX_BINS + 900),
          fc.infiniteStream(fc.nat()),
          (count, randoms) => {
            const entries = entriesOf(inBins(count));
            const expected = operator.result(stateOf(operator, entries));
            expect(expected === null).toBe(count > MAX_BINS);
            expect(operator.result(splitAndMerge(operator, entries, randoms))).toBe(expected);
          },
        ),
        { seed: SEED, numRuns: 20 },
      );
    });
  });

  test('refuses a stored sketch that cannot be', () => {
    const operator = quantileOperator(0.5, 0.01);
    const refusal = (numbers: readonly number[], ...ends: (number | string | null)[]) => {
      const out = new ByteWriter();
      const [size = 0, first = 0, ...rest] = numbers;
      out.varint(size + 1);
      out.signedVarint(first);
      for (const number of rest) out.varint(number);
      for (const end of ends) writeValue(out, end);
      return () => operator.decode(new ByteReader(out.finish()));
    };
    // The bin of 1.0, with 64 parts to an octave.
    const one = 1023 * 64;
    const mismatch = 'A stored sketch of quantiles has bins that do not go with its least and greatest number.';
    expect(operator.result(refusal([1, one, 3], 1, 1)())).toBe(1);
    expect(refusal([MAX_BINS + 1])).toThrow('A stored sketch of quantiles announces 4097 bins; it has at most 4096.');
    expect(refusal([1, one, 0], 1, 1)).toThrow('A stored sketch of quantiles has a bin twice, or one of nothing.');
    expect(refusal([2, one, 1, 0, 1], 1, 1)).toThrow(
      'A stored sketch of quantiles has a bin twice, or one of nothing.',
    );
    expect(refusal([2, one, 2 ** 52, 64, 2 ** 52], 1, 2)).toThrow('add up beyond 2^53');
    expect(refusal([1, one, 3], 2, 2)).toThrow(mismatch);
    expect(refusal([2, one, 3, 64, 1], 1, 1)).toThrow(mismatch);
    expect(refusal([1, one, 3], 1.01, 1)).toThrow(mismatch);
    expect(refusal([2, 0, 1, 5, 1], 0, 0)).toThrow(mismatch);
    expect(refusal([1, one, 3], 1, 'a')).toThrow('holds a string in place of its least or greatest number.');
  });
});
