import fc from 'fast-check';
import type { BuiltInSpec } from '../../../engine/aggregates/registry.ts';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import type { ColumnValue } from '../../../engine/ir/node.ts';
import { wholeOf } from '../../../engine/ir/whole-number.ts';
import { type Entry, obeysTheLaws, withTimes } from './laws.ts';

/** Whole numbers of 64 bits, in the form that expressions have: beyond 2^53 bigints, many of them the same double. */
const wholes = fc
  .oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }),
    fc.bigInt({ min: 2n ** 63n - 3n, max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 63n) + 2n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  )
  .map((value) => wholeOf(value) ?? 0);
const entries = withTimes(fc.array(wholes, { maxLength: 8 }));

const valuesOf = (list: readonly Entry[]) => list.map(({ value }) => BigInt(value as number | bigint));
const sumOf = (list: readonly Entry[]) => valuesOf(list).reduce((sum, value) => sum + value, 0n);
const inOrder = (list: readonly Entry[]) => valuesOf(list).sort((a, b) => (a < b ? -1 : 1));
const orNull = (value: bigint | undefined) => (value === undefined ? null : wholeOf(value));
const byTime = (list: readonly Entry[]) =>
  [...list].sort((a, b) => a.timeMs - b.timeMs || Number(BigInt(a.value) > BigInt(b.value)) * 2 - 1);

const EXPECTED: readonly [BuiltInSpec, (list: readonly Entry[]) => ColumnValue][] = [
  [{ kind: 'count' }, (list) => list.length],
  // BigInt to double rounds once, as the column does.
  [{ kind: 'sum' }, (list) => Number(sumOf(list))],
  [{ kind: 'min' }, (list) => orNull(inOrder(list)[0])],
  [{ kind: 'max' }, (list) => orNull(inOrder(list).at(-1))],
  [{ kind: 'first' }, (list) => byTime(list)[0]?.value ?? null],
  [{ kind: 'last' }, (list) => byTime(list).at(-1)?.value ?? null],
  [{ kind: 'countDistinct', limit: 100 }, (list) => new Set(valuesOf(list)).size],
  [{ kind: 'topK', k: 1, limit: 100 }, (list) => mostFrequent(list)],
];

function mostFrequent(list: readonly Entry[]): ColumnValue {
  const counts = inOrder(list).map((value) => ({
    value,
    count: valuesOf(list).filter((other) => other === value).length,
  }));
  const [top] = counts.sort((a, b) => b.count - a.count);
  if (top === undefined) return [];
  const whole = wholeOf(top.value);
  return [{ value: typeof whole === 'bigint' ? String(whole) : whole, count: top.count, error: 0 }];
}

describe.each(EXPECTED)('of whole numbers of 64 bits, %j', (spec, expected) => {
  obeysTheLaws({ operator: operatorFor(spec, { kind: 'number', nullable: false, integer: true }), entries, expected });
});

describe('of whole numbers of 64 bits, what is of doubles', () => {
  const SPECS: readonly BuiltInSpec[] = [
    { kind: 'mean' },
    { kind: 'variance', of: 'population' },
    { kind: 'stddev', of: 'sample' },
    { kind: 'quantile', q: 0.5, relativeError: 0.01 },
    { kind: 'histogram', bounds: [0, 10] },
  ];
  test.each(SPECS)('takes each: %j', (spec) => {
    const operator = operatorFor(spec, { kind: 'number', nullable: false, integer: true });
    const [exact, doubles] = [operator.create(), operator.create()];
    // Doubles, each of them: what is taken as the nearest one is then the same.
    for (const value of [2n ** 53n, 2n ** 53n + 2n, 2n ** 62n, -(2n ** 63n)]) {
      operator.add(exact, value, 0);
      operator.add(doubles, Number(value), 0);
    }
    expect(operator.result(exact)).toEqual(operator.result(doubles));
  });

  test('but not the approximate number of different ones: neighbours that are one double are several', () => {
    const operator = operatorFor({ kind: 'approxCountDistinct' }, { kind: 'number', nullable: false, integer: true });
    const state = operator.create();
    for (let i = 0n; i < 10_000n; i++) operator.add(state, 2n ** 62n + i, 0);
    const estimate = Number(operator.result(state));
    expect(Math.abs(estimate - 10_000) / 10_000).toBeLessThan(0.025);
  });

  test('is a mean of the exact sum: of 2^53 + 1 and -2^53 a half', () => {
    const operator = operatorFor({ kind: 'mean' }, { kind: 'number', nullable: false, integer: true });
    const state = operator.create();
    operator.add(state, 2n ** 53n + 1n, 0);
    operator.add(state, -(2n ** 53n), 0);
    expect(operator.result(state)).toBe(0.5);
  });
});
