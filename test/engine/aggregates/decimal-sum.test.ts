import fc from 'fast-check';
import { DecimalSum } from '../../../engine/aggregates/decimal-sum.ts';
import { decimalSumOperator } from '../../../engine/aggregates/decimals.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { obeysTheLaws, withTimes } from './laws.ts';
import { nearestDouble } from './reference.ts';
import { anyNumbers, lists } from './values.ts';

const sumOf = (values: readonly number[]) => {
  const sum = new DecimalSum();
  for (const value of values) sum.add(value);
  return sum;
};

test.each([
  [[0.1, 0.2], 0.3],
  [[4.70443515, 10, 2], 16.70443515],
  [[0.01633102, 9.5, 10.25], 19.76633102],
  [Array.from({ length: 1000 }, () => 0.1), 100],
  [[1e15, 0.3, -1e15], 0.3],
  [[1e300, 1e-300, -1e300], 1e-300],
  [[1.7e308, 1.7e308, -1.7e308], 1.7e308],
  [[5e-324, 0], 5e-324],
  [[1e22, 1e-7, 123456789.1234567], 1e22 + 123456789],
  [[], 0],
])('%j add up to %p', (values, total) => {
  expect(sumOf(values).dividedBy(1n)).toBe(total);
});

test('beyond the range of doubles it is null, and a mean can still be there', () => {
  const sum = sumOf([1.7e308, 1.7e308]);
  expect([sum.dividedBy(1n), sum.dividedBy(2n)]).toEqual([null, 1.7e308]);
});

describe('of any doubles', () => {
  obeysTheLaws({
    operator: decimalSumOperator,
    entries: withTimes(lists(anyNumbers)),
    expected: (entries) => nearestDouble(decimalsOf(entries.map(({ value }) => value as number))),
  });
});

/** By the texts of the doubles, but for whole numbers. */
function decimalsOf(values: readonly number[]): { numerator: bigint; denominator: bigint } {
  const denominator = 10n ** 400n;
  const numerator = values.reduce((total, value) => {
    if (Number.isInteger(value)) return total + BigInt(value) * denominator;
    const [digits = '', exponent = '0'] = String(value).split('e');
    const [whole = '', fraction = ''] = digits.split('.');
    return total + BigInt(whole + fraction) * 10n ** BigInt(400 - fraction.length + Number(exponent));
  }, 0n);
  return { numerator, denominator };
}

test('sums of decimals of up to 15 digits are those that were written, whatever their order', () => {
  const cents = fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 50 });
  fc.assert(
    fc.property(cents, (list) => {
      const total = list.reduce((all, one) => all + BigInt(one), 0n);
      expect(sumOf(list.map((one) => one / 100)).dividedBy(1n)).toBe(Number(total) / 100 + 0);
    }),
    { seed: 20_261_129, numRuns: 300 },
  );
});

test('bytes that no sum writes are refused', () => {
  const out = new ByteWriter();
  out.varint(2);
  for (let n = 0; n < 2; n++) {
    out.varint(3);
    out.varint(0);
    out.signedVarint(1);
  }
  expect(() => DecimalSum.decode(new ByteReader(out.finish()))).toThrow(
    'A stored sum of decimals has a part with 3 digits',
  );
});
