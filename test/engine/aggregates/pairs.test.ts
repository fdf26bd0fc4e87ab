import fc from 'fast-check';
import { argOperator } from '../../../engine/aggregates/arg-extreme.ts';
import { collectOperator } from '../../../engine/aggregates/collect.ts';
import type { AggregateOperator } from '../../../engine/aggregates/operator.ts';
import { type AggregateKind, descriptorOf } from '../../../engine/aggregates/registry.ts';
import { topNOperator } from '../../../engine/aggregates/top-n.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import type { ColumnValue, Value } from '../../../engine/ir/node.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';

type Pair = readonly [number, number];

const small = fc.constantFrom(-2, -1, 0, 0.5, 1, 3);
const pairs = (value: fc.Arbitrary<number>) =>
  withTimes(fc.array(fc.tuple(value, value) as unknown as fc.Arbitrary<NonNullable<Value>>, { maxLength: 12 }));
const pairOf = ({ value }: Entry) => value as unknown as Pair;
const ofPairs = (operator: AggregateOperator, values: readonly Pair[]): ColumnValue =>
  operator.result(
    stateOf(
      operator,
      values.map((value, timeMs) => ({ value: value as unknown as number, timeMs })),
    ),
  );
const operatorOf = (spec: { readonly kind: AggregateKind }) => descriptorOf(spec).operator(spec, 'json');

/** By the second number, then by time, then by the first. */
const ranked = (entries: readonly Entry[]) =>
  entries
    .map((entry) => ({ by: pairOf(entry)[1], timeMs: entry.timeMs, value: pairOf(entry)[0] }))
    .sort((a, b) => a.by - b.by || a.timeMs - b.timeMs || a.value - b.value);

describe('argMax', () => {
  obeysTheLaws({
    operator: argOperator(true) as AggregateOperator,
    entries: pairs(small),
    expected: (entries) => ranked(entries).at(-1)?.value ?? null,
  });
});

describe('argMin', () => {
  obeysTheLaws({
    operator: argOperator(false) as AggregateOperator,
    entries: pairs(small),
    expected: (entries) => ranked(entries)[0]?.value ?? null,
  });
});

describe('topN', () => {
  const number = { kind: 'number' } as const;
  obeysTheLaws({
    operator: topNOperator({ kind: 'topN', n: 3, of: number, by: number }) as AggregateOperator,
    entries: pairs(small),
    expected: (entries) =>
      ranked(entries)
        .reverse()
        .slice(0, 3)
        .map(({ value, by }) => ({ value, by })),
  });

  test('refuses bytes that no list of its length makes', () => {
    const operator = topNOperator({ kind: 'topN', n: 1, of: number, by: number });
    expect(() => operator.decode(new ByteReader(Uint8Array.of(2)))).toThrow(
      'A stored list announces 2 values, and has at most 1.',
    );
  });
});

describe('collect', () => {
  obeysTheLaws({
    operator: collectOperator(3, 'number') as AggregateOperator,
    entries: withTimes(fc.array(small, { maxLength: 12 })),
    expected: (entries) =>
      [...entries]
        .sort((a, b) => a.timeMs - b.timeMs || Number(a.value) - Number(b.value))
        .slice(0, 3)
        .map(({ value }) => value as number),
  });
});

describe('any and every', () => {
  const flags = withTimes(fc.array(fc.boolean(), { maxLength: 4 }));
  for (const [kind, decides] of [
    ['any', true],
    ['every', false],
  ] as const) {
    describe(kind, () => {
      obeysTheLaws({
        operator: descriptorOf({ kind }).operator({ kind }, 'boolean'),
        entries: flags,
        expected: (entries) =>
          entries.length === 0 ? null : entries.some(({ value }) => value === decides) === decides,
      });
    });
  }
});

/** n·Σxy − Σx·Σy of whole numbers, exactly. */
function spread(values: readonly Pair[], left: 0 | 1, right: 0 | 1): number {
  const sum = (of: (pair: Pair) => number) => values.reduce((total, pair) => total + of(pair), 0);
  return (
    values.length * sum((pair) => pair[left] * pair[right]) - sum((pair) => pair[left]) * sum((pair) => pair[right])
  );
}

const wholes = pairs(fc.integer({ min: -1000, max: 1000 }));

describe('covariance', () => {
  obeysTheLaws({
    operator: descriptorOf({ kind: 'covariance' }).operator({ kind: 'covariance', of: 'sample' } as never, 'json'),
    entries: wholes,
    expected(entries) {
      const n = entries.length;
      return n < 2 ? null : spread(entries.map(pairOf), 0, 1) / (n * (n - 1)) || 0;
    },
  });
});

describe('regressionSlope', () => {
  obeysTheLaws({
    operator: operatorOf({ kind: 'regressionSlope' }),
    entries: wholes,
    expected(entries) {
      const ofX = spread(entries.map(pairOf), 0, 0);
      return ofX === 0 ? null : spread(entries.map(pairOf), 0, 1) / ofX || 0;
    },
  });
});

describe('correlation', () => {
  const operator = operatorOf({ kind: 'correlation' });

  test.each<[string, Pair[], number | null]>([
    [
      'a line that rises',
      [
        [1, 10],
        [2, 20],
        [4, 40],
      ],
      1,
    ],
    [
      'a line that falls',
      [
        [1, -1],
        [2, -2],
      ],
      -1,
    ],
    [
      'no relation',
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      0,
    ],
    [
      'numbers far from 0',
      [
        [1e9, 1e9],
        [1e9 + 1, 1e9 + 1],
      ],
      1,
    ],
    [
      'one number that does not vary',
      [
        [1, 5],
        [2, 5],
      ],
      null,
    ],
    ['one pair', [[1, 5]], null],
    ['nothing', [], null],
    [
      'a number beyond 2^500',
      [
        [1e200, 5],
        [2, 4],
      ],
      null,
    ],
  ])('of %s', (_, values, expected) => {
    expect(ofPairs(operator, values)).toBe(expected);
  });

  test('is between −1 and 1, and that of the definition', () => {
    fc.assert(
      fc.property(wholes, (entries) => {
        const values = entries.map(pairOf);
        const [xx, yy, xy] = [spread(values, 0, 0), spread(values, 1, 1), spread(values, 0, 1)];
        const found = ofPairs(operator, values) as number | null;
        if (xx === 0 || yy === 0) expect(found).toBe(null);
        else expect(found).toBeCloseTo(xy / Math.sqrt(xx) / Math.sqrt(yy), 12);
        expect(Math.abs(found ?? 0)).toBeLessThanOrEqual(1);
      }),
      { seed: 19_530_601, numRuns: 100 },
    );
  });
});
