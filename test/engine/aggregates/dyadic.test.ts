import fc from 'fast-check';
import { doublesOf, dyadicOf, dyadicSum, nearestQuotient } from '../../../engine/aggregates/dyadic.ts';
import { BugError } from '../../../engine/ir/bug-error.ts';
import { casesOf } from '../../support/random-cases.ts';
import { fractionOf, nearestDouble } from './reference.ts';
import { anyNumbers } from './values.ts';

const SEED = 19850712;

describe('nearestQuotient', () => {
  test('gives every double back', () => {
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      for (const mantissa of [1, 1 + 2 ** -52, 1.5, 2 - 2 ** -52]) {
        const value = mantissa * 2 ** exponent;
        expect(nearestQuotient(dyadicOf(value), 1n)).toBe(value);
        expect(nearestQuotient(dyadicOf(-value), 1n)).toBe(-value);
      }
    }
  });

  test('rounds as a search among all doubles does', () => {
    const divisor = fc.oneof(fc.bigInt({ min: 1n, max: 1000n }), fc.bigInt({ min: 1n, max: 2n ** 200n }));
    fc.assert(
      fc.property(anyNumbers, divisor, (value, denominator) => {
        const { numerator, denominator: unit } = fractionOf(value);
        const expected = nearestDouble({ numerator, denominator: unit * denominator });
        expect(nearestQuotient(dyadicOf(value), denominator)).toBe(expected);
      }),
      { seed: SEED, numRuns: casesOf(2000) },
    );
  });

  test('rounds what lies at, or a little beside, the middle between two doubles', () => {
    const units = (bits: bigint, exponent: number) => nearestQuotient({ units: bits, exponent }, 1n);
    for (const exponent of [-1200, -1127, -1126, -1100, -60, 0, 900]) {
      for (const even of [2n ** 52n, 2n ** 52n + 2n, 2n ** 53n - 2n]) {
        for (const below of [1n, 2n ** 70n]) {
          const middle = (even * 2n + 1n) * below * 2n;
          for (const beside of [-1n, 0n, 1n]) {
            const bits = middle + beside;
            const expected = nearestDouble(
              exponent < 0
                ? { numerator: bits, denominator: 2n ** BigInt(-exponent) }
                : { numerator: bits * 2n ** BigInt(exponent), denominator: 1n },
            );
            expect(units(bits, exponent)).toBe(expected);
          }
        }
      }
    }
  });

  test('rounds once among the smallest doubles, which keep fewer bits', () => {
    for (const below of [0, 1, 2, 5, 6, 2 ** 40, 2 ** 40 + 1]) {
      // Halfway between two multiples of 2^-1074, and as far beside it as 53 bits do not show.
      const middle = (2n * BigInt(below) + 1n) << 80n;
      const even = below % 2 === 0 ? below : below + 1;
      for (const [beside, expected] of [
        [-1n, below],
        [0n, even],
        [1n, below + 1],
      ] as const) {
        const value = nearestQuotient({ units: middle + beside, exponent: -1155 }, 1n);
        expect(value).toBe(expected * Number.MIN_VALUE);
      }
    }
  });

  test('is null beyond the range of doubles and 0, never -0, below it', () => {
    expect(nearestQuotient({ units: 1n, exponent: 1024 }, 1n)).toBeNull();
    expect(nearestQuotient({ units: -1n, exponent: 5000 }, 1n)).toBeNull();
    expect(nearestQuotient({ units: -1n, exponent: -1075 }, 1n)).toBe(0);
    expect(nearestQuotient({ units: -3n, exponent: -1076 }, 1n)).toBe(-Number.MIN_VALUE);
  });
});

test('a dyadic sum scales by a power of two', () => {
  expect(nearestQuotient(dyadicSum([1.5, -0.25], 3), 1n)).toBe(10);
  expect(nearestQuotient(dyadicSum([], 3), 1n)).toBe(0);
});

describe('doublesOf', () => {
  test('takes a sum apart into few doubles, each what the others leave, rounded', () => {
    fc.assert(
      fc.property(fc.array(anyNumbers.filter((x) => Math.abs(x) < 1e300)), (values) => {
        const exact = dyadicSum(values);
        const doubles = doublesOf(exact);
        expect(nearestQuotient(dyadicSum([...doubles, ...values.map((x) => -x)]), 1n)).toBe(0);
        doubles.forEach((double, i) => {
          expect(nearestQuotient(dyadicSum(doubles.slice(i)), 1n)).toBe(double);
        });
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('refuses what is beyond the range of doubles, or finer than they are', () => {
    expect(() => doublesOf({ units: 1n, exponent: 1024 })).toThrow(BugError);
    expect(() => doublesOf({ units: 1n, exponent: -1075 })).toThrow(BugError);
  });
});
