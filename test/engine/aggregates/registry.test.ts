import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AGGREGATES, type BuiltInSpec, descriptorOf, operatorFor } from '../../../engine/aggregates/registry.ts';
import { DefinitionError } from '../../../engine/ir/errors.ts';
import type { JsonValue, Value, ValueKind } from '../../../engine/ir/node.ts';
import { columnOf } from '../../support/column-of.ts';
import { stateOf, throughBytes } from './laws.ts';

const VALUES: Record<Exclude<ValueKind, 'json'>, NonNullable<Value>[]> = {
  number: [3, 1, 3, 5],
  instant: [1_431_857_100_000, 1_431_857_160_000, 1_431_857_100_000],
  string: ['b', 'a', '\u{1f600}', '\uff21'],
  boolean: [true, false, true],
};

/** Each aggregate of the values above, in the order of arrival one millisecond apart. */
const CASES: [BuiltInSpec, Partial<Record<ValueKind, JsonValue>>][] = [
  [{ kind: 'count' }, { number: 4, instant: 3, string: 4, boolean: 3 }],
  [{ kind: 'sum' }, { number: 12 }],
  [{ kind: 'mean' }, { number: 3 }],
  [{ kind: 'variance', of: 'sample' }, { number: 8 / 3 }],
  [{ kind: 'variance', of: 'population' }, { number: 2 }],
  [{ kind: 'stddev', of: 'sample' }, { number: Math.sqrt(8 / 3) }],
  [{ kind: 'stddev', of: 'population' }, { number: Math.SQRT2 }],
  [{ kind: 'min' }, { number: 1, instant: 1_431_857_100_000, string: 'a' }],
  [{ kind: 'max' }, { number: 5, instant: 1_431_857_160_000, string: '\u{1f600}' }],
  [{ kind: 'first' }, { number: 3, instant: 1_431_857_100_000, string: 'b', boolean: true }],
  [{ kind: 'last' }, { number: 5, instant: 1_431_857_100_000, string: '\uff21', boolean: true }],
  [
    { kind: 'countDistinct', limit: 3 },
    { number: 3, instant: 2, string: null, boolean: 2 },
  ],
  [{ kind: 'approxCountDistinct' }, { number: 3, instant: 2, string: 4, boolean: 2 }],
  [{ kind: 'quantile', q: 0.9, relativeError: 0.01 }, { number: 5 }],
  [
    { kind: 'topK', k: 1, limit: 3 },
    {
      number: [{ value: 3, count: 2, error: 0 }],
      instant: [{ value: '2015-05-17T10:05:00.000Z', count: 2, error: 0 }],
      string: null,
      boolean: [{ value: true, count: 2, error: 0 }],
    },
  ],
  [
    { kind: 'histogram', bounds: [3] },
    {
      number: [
        { from: null, to: 3, count: 1 },
        { from: 3, to: null, count: 3 },
      ],
    },
  ],
  [{ kind: 'rate' }, { number: 12 / 60 }],
  [{ kind: 'any' }, { boolean: true }],
  [{ kind: 'every' }, { boolean: false }],
  [
    { kind: 'collect', limit: 2 },
    {
      number: [3, 1],
      instant: ['2015-05-17T10:05:00.000Z', '2015-05-17T10:06:00.000Z'],
      string: ['b', 'a'],
      boolean: [true, false],
    },
  ],
  // Of pairs: `test/engine/aggregates/pairs.test.ts`.
  [{ kind: 'argMax', of: { kind: 'number' } }, {}],
  [{ kind: 'argMin', of: { kind: 'number' } }, {}],
  [{ kind: 'topN', n: 2, of: { kind: 'number' }, by: { kind: 'number' } }, {}],
  [{ kind: 'covariance', of: 'sample' }, {}],
  [{ kind: 'correlation' }, {}],
  [{ kind: 'regressionSlope' }, {}],
];

const WINDOW_MS = 60_000;

const accepted = CASES.flatMap(([spec, results]) =>
  Object.entries(results).map(([kind, result]) => ({ spec, kind: kind as keyof typeof VALUES, result })),
);

const refused = CASES.flatMap(([spec, results]) =>
  [...Object.keys(VALUES), 'json']
    .filter((kind) => !(kind in results))
    .map((kind) => ({ spec, kind: kind as ValueKind })),
).filter(({ spec, kind }) => spec.kind !== 'count' && !descriptorOf(spec).takes.includes(kind));

describe('operatorFor', () => {
  test.each(accepted)('$spec.kind of kind $kind gives $result', ({ spec, kind, result }) => {
    const operator = operatorFor(spec, { kind, nullable: false });
    const entries = VALUES[kind].map((value, timeMs) => ({ value, timeMs }));
    expect(operator.result(throughBytes(operator, stateOf(operator, entries)), WINDOW_MS)).toEqual(result);
  });

  test('count takes no expression, or one of any kind', () => {
    for (const argument of [null, { kind: 'json', nullable: true } as const]) {
      const operator = operatorFor({ kind: 'count' }, argument);
      expect(operator.result(stateOf(operator, [{ value: true, timeMs: 0 }]))).toBe(1);
    }
  });
});

describe('a column is refused', () => {
  const argumentOf = (kind: ValueKind) => ({ op: 'field', path: ['x'], type: { kind, nullable: true } }) as const;

  test.each(refused)('$spec.kind of values of kind $kind', ({ spec, kind }) => {
    const make = () => columnOf(spec, argumentOf(kind));
    expect(make).toThrow(DefinitionError);
    expect(make).toThrow(`${spec.kind}(…) was given a ${kind}, and needs a `);
  });

  test('without an expression, where it takes no events', () => {
    expect(() => columnOf({ kind: 'mean' }, null)).toThrow('mean(…) was given no expression, and needs a number.');
    expect(columnOf({ kind: 'rate' }, null).argument).toBeNull();
  });
});

describe('descriptors', () => {
  test('are those of all files', async () => {
    const folder = join(__dirname, '../../../engine/aggregates');
    const modules: object[] = await Promise.all(readdirSync(folder).map((name) => import(join(folder, name))));
    const found = modules
      .flatMap(Object.values)
      .filter((value) => typeof value === 'object' && value !== null && 'takesEvents' in value);
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found)).toEqual(new Set(AGGREGATES.values()));
  });

  test.each(CASES.map(([spec]) => spec))('say what $kind is of nothing', (spec) => {
    const descriptor = descriptorOf(spec);
    for (const kind of [...descriptor.takes, ...(descriptor.takesEvents ? [null] : [])]) {
      const operator = descriptor.operator(spec, kind);
      expect(operator.result(operator.create(), WINDOW_MS)).toEqual(descriptor.ofNothing(spec));
    }
  });

  test('there are none of other kinds', () => {
    expect(() => descriptorOf({ kind: 'mode' })).toThrow(
      "There is no aggregate 'mode' in engine/aggregates/kinds.ts. It has any, approxCountDistinct, argMax,",
    );
  });
});
