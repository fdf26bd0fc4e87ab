import fc from 'fast-check';
import { ExactSum } from '../../../engine/aggregates/exact-sum.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { casesOf } from '../../support/random-cases.ts';
import { nearestDouble, sumOf } from './reference.ts';
import { anyNumbers, lists } from './values.ts';

const SEED = 19970401;

function of(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

function bytesOf(sum: ExactSum): Uint8Array {
  const out = new ByteWriter();
  sum.encode(out);
  return out.finish().slice();
}

function permutations(values: readonly number[]): number[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

describe('ExactSum', () => {
  test('gives 1e308 for 1e308 + 1e308 − 1e308 in any order', () => {
    for (const order of permutations([1e308, 1e308, -1e308])) expect(of(order).value()).toBe(1e308);
  });

  test('keeps the smallest double beside the largest, in any order', () => {
    const max = Number.MAX_VALUE;
    for (const order of permutations([max, max, -max, -max, Number.MIN_VALUE])) {
      expect(of(order).value()).toBe(Number.MIN_VALUE);
    }
  });

  test('rounds a tie to the even neighbour, and anything beside a tie to its own side', () => {
    const half = 2 ** -53;
    for (const order of permutations([1, half])) expect(of(order).value()).toBe(1);
    for (const order of permutations([1, 2 * half, half])) expect(of(order).value()).toBe(1 + 4 * half);
    for (const order of permutations([1, half, Number.MIN_VALUE])) expect(of(order).value()).toBe(1 + 2 * half);
    for (const order of permutations([1, half, -Number.MIN_VALUE])) expect(of(order).value()).toBe(1);
    for (const order of permutations([1e308, 2 ** 969, -(2 ** -1074)])) expect(of(order).value()).toBe(1e308);
  });

  test('rounds at the end of the range as IEEE 754 does', () => {
    const max = Number.MAX_VALUE;
    // Half of the last bit of the largest double, and a bit less.
    expect(of([max, 2 ** 970]).value()).toBeNull();
    expect(of([max, 2 ** 970, -1]).value()).toBe(max);
    expect(of([-max, -(2 ** 970)]).value()).toBeNull();
    expect(of([-max, -(2 ** 970), Number.MIN_VALUE]).value()).toBe(-max);
  });

  test('is exact for whole numbers beyond 2^53', () => {
    expect(of([2 ** 53, 1, 1]).value()).toBe(2 ** 53 + 2);
    expect(of([2 ** 53, 1, -(2 ** 53)]).value()).toBe(1);
  });

  test('stays exact and small over many additions of all magnitudes', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i * i + 1) * 2 ** (((i * 7919) % 1900) - 950));
    const sum = of(values);
    expect(sum.value()).toBe(nearestDouble(sumOf(values)));
    expect(bytesOf(sum).length).toBeLessThan(400);
    for (const value of values.toReversed()) sum.add(-value);
    expect(sum.value()).toBe(0);
  });

  test('takes two bytes for a small whole number, nine for a double, and no more for having been something else', () => {
    expect(bytesOf(of([])).length).toBe(2);
    expect(bytesOf(of([20, 22])).length).toBe(2);
    expect(bytesOf(of([1e17, 0.5, -1e17, 41.5])).length).toBe(2);
    expect(bytesOf(of([1e308, 1e308, 42, -1e308, -1e308])).length).toBe(2);
    expect(bytesOf(of([0.1])).length).toBe(9);
    expect(bytesOf(of([1e17, 0.1, -1e17])).length).toBe(9);
  });

  test('is stored as the same bytes in whatever order it was added up', () => {
    const numbers = lists(anyNumbers.filter((x) => Math.abs(x) < 2 ** 950));
    fc.assert(
      fc.property(numbers, (values) => {
        const bytes = bytesOf(of(values));
        expect(bytesOf(of(values.toReversed()))).toEqual(bytes);
        expect(bytesOf(of(values.toSorted((a, b) => a - b)))).toEqual(bytes);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('knows a small whole number, whatever it was before', () => {
    expect(of([20, 22]).smallWhole()).toBe(42);
    expect(of([0.5]).smallWhole()).toBeNull();
    expect(of([2 ** 53, 2]).smallWhole()).toBeNull();
    expect(of([1e308]).smallWhole()).toBeNull();
  });

  test('a sum that was taken apart at any point and merged is the same', () => {
    fc.assert(
      fc.property(lists(anyNumbers), fc.nat(), (values, at) => {
        const cut = at % (values.length + 1);
        const sum = of(values.slice(0, cut));
        sum.merge(of(values.slice(cut)));
        expect(sum.value()).toBe(of(values).value());
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test.each([
    ['a part that is not a number', 0, Number.NaN],
    ['a part that is infinite', 0, Number.POSITIVE_INFINITY],
    ['a part that is 0', 0, -0],
    ['a part so large that additions could overflow', 0, 2 ** 1014],
    ['a huge part so large that additions could overflow', 1, 2 ** 478],
  ])('refuses %s', (_, huge, part) => {
    const out = new ByteWriter();
    out.varint(huge === 1 ? 1 : 2);
    if (huge === 1) out.varint(1);
    out.float64(part);
    expect(() => ExactSum.decode(new ByteReader(out.finish()))).toThrow('A stored sum has a part of');
  });

  test('refuses more parts than any sum has', () => {
    const out = new ByteWriter();
    out.varint(2 * 41);
    for (let i = 0; i < 41; i++) out.float64(1);
    expect(() => ExactSum.decode(new ByteReader(out.finish()))).toThrow(
      'A stored sum announces 41 parts; it never takes more than 40.',
    );
  });
});
