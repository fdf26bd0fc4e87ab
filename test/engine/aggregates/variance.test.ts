import { meanOperator } from '../../../engine/aggregates/mean.ts';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { stddevOperator } from '../../../engine/aggregates/stddev.ts';
import { varianceOperator } from '../../../engine/aggregates/variance.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { nearestDouble, varianceOf } from './reference.ts';
import { anyNumbers, everydayNumbers, lists } from './values.ts';

const LIMIT = 2 ** 500;
const SMALLEST = 2 ** -480;

function expectedVariance(entries: readonly Entry[], less: 0 | 1): number | null {
  const values = entries.map(({ value }) => value as number);
  if (values.length <= less || values.some((x) => Math.abs(x) > LIMIT)) return null;
  return nearestDouble(
    varianceOf(
      values.map((x) => (Math.abs(x) < SMALLEST ? 0 : x)),
      less,
    ),
  );
}

function of(operator: AggregateOperator, values: readonly number[]) {
  return operator.result(
    stateOf(
      operator,
      values.map((value) => ({ value, timeMs: 0 })),
    ),
  );
}

const sample = varianceOperator('sample') as AggregateOperator;
const population = varianceOperator('population') as AggregateOperator;

describe('sample variance of everyday numbers', () => {
  obeysTheLaws({
    operator: sample,
    entries: withTimes(lists(everydayNumbers)),
    expected: (entries) => expectedVariance(entries, 1),
  });
});

describe('population variance of any numbers', () => {
  obeysTheLaws({
    operator: population,
    entries: withTimes(lists(anyNumbers)),
    expected: (entries) => expectedVariance(entries, 0),
  });
});

describe('standard deviation', () => {
  obeysTheLaws({
    operator: stddevOperator('sample'),
    entries: withTimes(lists(everydayNumbers)),
    expected: (entries) => {
      const variance = expectedVariance(entries, 1);
      return variance === null ? null : Math.sqrt(variance);
    },
  });

  test('is null of fewer values than the variance needs', () => {
    expect(of(stddevOperator('sample') as AggregateOperator, [7])).toBeNull();
    expect(of(stddevOperator('population') as AggregateOperator, [])).toBeNull();
    expect(of(stddevOperator('population') as AggregateOperator, [7])).toBe(0);
  });
});

describe('variance', () => {
  test('of a sample needs two values, of a population one', () => {
    expect(of(sample, [])).toBeNull();
    expect(of(sample, [7])).toBeNull();
    expect(of(sample, [7, 9])).toBe(2);
    expect(of(population, [])).toBeNull();
    expect(of(population, [7])).toBe(0);
    expect(of(population, [7, 9])).toBe(1);
  });

  test('of equal values is 0, whatever they are', () => {
    for (const value of [0.1, 1e9 + 0.1, -1 / 3, 1e-120]) expect(of(sample, Array(7).fill(value))).toBe(0);
  });

  test('of small distances far from zero is right, where a sum of squares in doubles gives nonsense', () => {
    const values = [4, 7, 13, 16].map((x) => 1e15 + x);
    const squares = values.reduce((sum, x) => sum + x * x, 0);
    const sum = values.reduce((a, b) => a + b, 0);
    expect((squares - (sum * sum) / 4) / 3).not.toBeCloseTo(30);
    expect(of(sample, values)).toBe(30);
  });

  test('of whole numbers is right where the squares of their sums are beyond 2^53', () => {
    for (let x = 50_000_001; x < 50_000_009; x++) expect(of(sample, [x, x + 1])).toBe(0.5);
  });

  test('is null where a value is beyond 2^500, and values below 2^-480 count as 0', () => {
    expect(of(sample, [LIMIT, -LIMIT])).toBe(2 ** 1001);
    expect(of(sample, [LIMIT * (1 + 2 ** -52), 1])).toBeNull();
    expect(of(population, [SMALLEST, -SMALLEST])).toBe(2 ** -960);
    expect(of(population, [SMALLEST / 2, -SMALLEST / 2])).toBe(0);
  });

  test('stored sums that cannot be of any values are refused', () => {
    const out = new ByteWriter();
    out.varint(2 * 4);
    // Two values that add up to 10 and whose squares add up to 1.
    for (const sum of [10, 1]) {
      out.varint(0);
      out.signedVarint(sum);
    }
    const state = population.decode(new ByteReader(out.finish()));
    expect(() => population.result(state)).toThrow('A stored variance is below 0');
  });
});

describe('why the sums are exact', () => {
  interface Chan {
    readonly n: number;
    readonly mean: number;
    readonly m2: number;
  }

  /** Chan, Golub and LeVeque's merge of means and squared distances: exact on paper, rounded in doubles. */
  function chanMerge(a: Chan, b: Chan): Chan {
    const n = a.n + b.n;
    const distance = b.mean - a.mean;
    return { n, mean: a.mean + (distance * b.n) / n, m2: a.m2 + b.m2 + (distance ** 2 * a.n * b.n) / n };
  }

  /** Deterministic, and with many digits: readings of a sensor around 20. */
  const readings = Array.from({ length: 240 }, (_, i) => 20 + Math.sin(i * i) * 5);

  /** The readings in batches of a size, each aggregated alone, then merged in order. */
  function inBatches<S>(size: number, aggregate: (values: number[]) => S, merge: (a: S, b: S) => S): S {
    const batches = Array.from({ length: Math.ceil(readings.length / size) }, (_, i) =>
      aggregate(readings.slice(i * size, (i + 1) * size)),
    );
    return batches.reduce(merge);
  }

  const SIZES = [1, 2, 3, 7, 10, 24, 60, 100, 240];

  test("Chan's merge gives other last digits for other batches, exact sums do not", () => {
    const chan = SIZES.map((size) => {
      const single = (x: number): Chan => ({ n: 1, mean: x, m2: 0 });
      const { n, m2 } = inBatches(size, (values) => values.map(single).reduce(chanMerge), chanMerge);
      return m2 / (n - 1);
    });
    expect(new Set(chan).size).toBeGreaterThan(1);

    const merge = (a: unknown, b: unknown) => {
      sample.merge(a, b);
      return a;
    };
    const aggregate = (values: number[]) =>
      stateOf(
        sample,
        values.map((value) => ({ value, timeMs: 0 })),
      );
    const exact = SIZES.map((size) => sample.result(inBatches(size, aggregate, merge)));
    expect(new Set(exact)).toEqual(new Set([nearestDouble(varianceOf(readings, 1))]));
    expect(exact[0]).toBeCloseTo(chan[0] as number, 9);
  });

  test('adding doubles in another order gives another mean, an exact sum does not', () => {
    const naive = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const orders = [readings, readings.toReversed(), readings.toSorted((a, b) => a - b)];
    expect(new Set(orders.map(naive)).size).toBeGreaterThan(1);
    expect(new Set(orders.map((values) => of(meanOperator as AggregateOperator, values))).size).toBe(1);
  });
});
