import fc from 'fast-check';
import { type BuiltInSpec, operatorFor } from '../../../engine/aggregates/registry.ts';
import type { AggregateColumn } from '../../../engine/dsl/aggregate-column.ts';
import type { ExpressionNode, Value, ValueKind } from '../../../engine/ir/node.ts';
import { compileAggregate } from '../../../engine/sql/aggregate.ts';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { literal } from '../../../engine/sql/text.ts';
import { type Duckdb, openDuckdb } from '../../oracle/duckdb.ts';
import { columnOf } from '../../support/column-of.ts';

const scope = { dialect: duckdb, bounds: new Map<string, number>(), derived: new Set(['d']) };
const WINDOW_MS = 7000;
const exact = { eventTime: '"t"', exactDistinct: true, windowMs: `${WINDOW_MS}` };

function field(name: string, kind: ValueKind, { nullable = true, integer = false } = {}): ExpressionNode {
  return { op: 'field', path: [name], type: { kind, nullable, ...(integer && { integer }) } };
}

const passes = field('passes', 'boolean');

function sqlOf(spec: BuiltInSpec, argument: ExpressionNode | null, condition: ExpressionNode | null = null): string {
  return compileAggregate(columnOf(spec, argument, condition), scope, exact);
}

describe('text', () => {
  const x = field('x', 'number');
  const whole = field('x', 'number', { nullable: false, integer: true });

  test.each<[string, string, string]>([
    ['counts events', sqlOf({ kind: 'count' }, null), 'count(*)'],
    ['counts events that pass', sqlOf({ kind: 'count' }, null, passes), 'count(*) FILTER (WHERE "passes")'],
    ['sums doubles with compensation, nothing to 0', sqlOf({ kind: 'sum' }, x), 'COALESCE(fsum("x"), 0)'],
    ['sums whole numbers exactly', sqlOf({ kind: 'sum' }, whole), 'COALESCE(sum("x"), 0)'],
    [
      'breaks ties in time by the value',
      sqlOf({ kind: 'first' }, x, passes),
      'min_by("x", ROW("t", "x")) FILTER (WHERE "passes" AND "x" IS NOT NULL)',
    ],
    [
      'asks whether a derived column is null, whatever its type',
      sqlOf({ kind: 'first' }, field('d', 'number', { nullable: false })),
      'min_by("d", ROW("t", "d")) FILTER (WHERE "d" IS NOT NULL)',
    ],
    ['asks nothing of what cannot be null', sqlOf({ kind: 'last' }, whole), 'max_by("x", ROW("t", "x"))'],
    [
      'gives up on distinct values beyond the limit',
      sqlOf({ kind: 'countDistinct', limit: 3 }, x),
      'CASE WHEN count(DISTINCT "x") <= 3 THEN count(DISTINCT "x") END',
    ],
    [
      'divides events by the window',
      sqlOf({ kind: 'rate' }, null, passes),
      'count(*) FILTER (WHERE "passes") * 1000e0 / 7000',
    ],
    ['divides a sum by the window', sqlOf({ kind: 'rate' }, whole), 'COALESCE(sum("x"), 0) * 1000e0 / 7000'],
    [
      'gives quantiles exactly',
      sqlOf({ kind: 'quantile', q: 0.95, relativeError: 0.01 }, x),
      'quantile_disc("x", 0.95e0)',
    ],
    [
      'counts by bucket',
      sqlOf({ kind: 'histogram', bounds: [-1, 0.5] }, x, passes),
      [
        'to_json([',
        `  {'from': NULL, 'to': (-1), 'count': count(*) FILTER (WHERE "passes" AND "x" < (-1))},`,
        `  {'from': (-1), 'to': 0.5e0, 'count': count(*) FILTER (WHERE "passes" AND "x" >= (-1) AND "x" < 0.5e0)},`,
        `  {'from': 0.5e0, 'to': NULL, 'count': count(*) FILTER (WHERE "passes" AND "x" >= 0.5e0)}`,
        '])',
      ].join('\n'),
    ],
    [
      'counts distinct values approximately unless told otherwise',
      compileAggregate(columnOf({ kind: 'approxCountDistinct' }, x), scope, {
        ...exact,
        exactDistinct: false,
      }),
      'approx_count_distinct("x")',
    ],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('meaning', () => {
  const NUMERIC: readonly BuiltInSpec[] = [
    { kind: 'sum' },
    { kind: 'mean' },
    { kind: 'variance', of: 'sample' },
    { kind: 'variance', of: 'population' },
    { kind: 'stddev', of: 'sample' },
    { kind: 'stddev', of: 'population' },
    { kind: 'rate' },
    { kind: 'quantile', q: 0, relativeError: 0.01 },
    { kind: 'quantile', q: 0.5, relativeError: 0.1 },
    { kind: 'quantile', q: 0.93, relativeError: 0.001 },
    { kind: 'histogram', bounds: [0] },
    { kind: 'histogram', bounds: [-3, 0.1, 1, 1e9] },
  ];
  const ORDERED: readonly BuiltInSpec[] = [{ kind: 'min' }, { kind: 'max' }];
  const ANY: readonly BuiltInSpec[] = [
    { kind: 'count' },
    { kind: 'first' },
    { kind: 'last' },
    { kind: 'countDistinct', limit: 4 },
    { kind: 'countDistinct', limit: 100 },
    { kind: 'topK', k: 1, limit: 4 },
    { kind: 'topK', k: 3, limit: 100 },
  ];
  const ARGUMENTS: readonly (readonly [ExpressionNode | null, readonly BuiltInSpec[]])[] = [
    [null, [{ kind: 'count' }, { kind: 'rate' }]],
    [field('x', 'number'), [...ANY, ...ORDERED, ...NUMERIC]],
    [field('i', 'number', { integer: true }), [...ANY, ...ORDERED, ...NUMERIC]],
    [field('s', 'string'), [...ANY, ...ORDERED]],
    [field('b', 'boolean'), ANY],
    [field('at', 'instant'), [...ANY, ...ORDERED]],
  ];
  const columns = ARGUMENTS.flatMap(([argument, specs]) =>
    specs.flatMap((spec) => [null, passes].map((condition) => columnOf(spec, argument, condition))),
  );

  const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });
  const event = fc.record({
    t: fc.integer({ min: -2, max: 3 }),
    x: orNull(
      fc.oneof(
        fc.constantFrom(0, -0, 0.1, -1e-3, 1e9),
        fc.integer({ min: -999, max: 999 }).map((n) => n / 8),
      ),
    ),
    i: orNull(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -(2 ** 40), max: 2 ** 40 }))),
    s: orNull(fc.constantFrom<string>('', 'a', 'B', 'é', '\uff5e', '😀', "it's")),
    b: orNull(fc.boolean()),
    at: orNull(fc.constantFrom(-62_135_596_800_000, -1, 0, 1_431_857_100_123)),
    passes: orNull(fc.boolean()),
  });
  type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
  const NOTHING: Event = { t: 0, x: null, i: null, s: null, b: null, at: null, passes: false };

  let database: Duckdb;
  beforeAll(async () => {
    database = await openDuckdb();
  });
  afterAll(() => database.close());

  test('every aggregate has the same result in the engine and in DuckDB, quantiles of few different numbers too', async () => {
    const groups = fc.array(fc.array(event, { minLength: 1, maxLength: 25 }), { minLength: 100, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(groups, async (given) => {
        const actual = await inDuckdb(given);
        const different = given.flatMap((events, group) =>
          columns.flatMap((column, index) => {
            const [ours, theirs] = [inEngine(column, events), actual[group]?.[index] ?? null];
            if (close(column, ours, theirs)) return [];
            return [
              `${compileAggregate(column, scope, exact)}: ${ours}, DuckDB ${theirs}, of ${JSON.stringify(events)}`,
            ];
          }),
        );
        expect(different).toEqual([]);
      }),
      { seed: 20_260_302, numRuns: 4, endOnFailure: true },
    );
  });

  test('of nothing, counts, sums and rates are 0, lists have nothing to count, and the rest is null', async () => {
    const [actual = []] = await inDuckdb([[NOTHING]]);
    expect(actual).toEqual(columns.map((column) => inEngine(column, [NOTHING])));
    expect(new Set(actual.filter((value) => typeof value !== 'string'))).toEqual(new Set([0, 1, 1 / 7, null]));
    expect(actual).toContain('[]');
  });

  test('of texts that begin alike, the most frequent values are the same', async () => {
    const long = '😀'.repeat(500);
    const events = [`${long}a`, `${long}b`, 'a'].map((s): Event => ({ ...NOTHING, s }));
    const [actual = []] = await inDuckdb([events]);
    expect(actual).toEqual(columns.map((column) => inEngine(column, events)));
    expect(actual).toContain(JSON.stringify([{ value: long, count: 2, error: 0 }]));
  });

  function inEngine({ spec, argument, condition }: AggregateColumn, events: readonly Event[]): Value {
    const operator = operatorFor(spec, argument?.type ?? null);
    const state = operator.create();
    for (const each of events) {
      const value = argument?.op === 'field' ? each[argument.path[0] as keyof Event] : true;
      if (value !== null && (condition === null || each.passes === true)) operator.add(state, value, each.t);
    }
    const result = operator.result(state, WINDOW_MS);
    if (typeof result === 'object' && result !== null) return JSON.stringify(result);
    return result === 0 ? 0 : result;
  }

  /** The columns of each group. */
  async function inDuckdb(groups: readonly (readonly Event[])[]): Promise<Value[][]> {
    const sql = columns.map((column, index) => `${compileAggregate(column, scope, exact)} AS c${index}`);
    const rows = await database.rows(`SELECT ${sql.join(', ')} FROM ${table(groups)} GROUP BY g ORDER BY g`);
    return rows.map((row) => columns.map((column, index) => asResult(column, row[`c${index}`] ?? null)));
  }

  /** JSON as the engine writes it: DuckDB writes 0.0 for 0. */
  function asResult({ type }: AggregateColumn, value: Value): Value {
    return type.kind === 'json' && typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : value;
  }

  function table(groups: readonly (readonly Event[])[]): string {
    const types = {
      t: 'BIGINT',
      x: 'DOUBLE',
      i: 'BIGINT',
      s: 'VARCHAR',
      b: 'BOOLEAN',
      at: 'BIGINT',
      passes: 'BOOLEAN',
    };
    const names = Object.keys(types) as (keyof typeof types)[];
    const values = groups.flatMap((events, group) =>
      events.map(
        (each) => `(${group}, ${names.map((name) => `CAST(${cell(each[name])} AS ${types[name]})`).join(', ')})`,
      ),
    );
    return `(VALUES ${values.join(', ')}) AS t(g, ${names.map((name) => `"${name}"`).join(', ')})`;
  }

  function cell(value: Value): string {
    if (value === null) return 'NULL';
    return Object.is(value, -0) ? "'-0.0'" : literal(value);
  }

  /** DuckDB rounds along the way; a variance by more, for it takes the differences from a rounded mean. */
  function close({ spec }: AggregateColumn, actual: Value, expected: Value): boolean {
    if (actual === expected) return true;
    if (typeof actual !== 'number' || typeof expected !== 'number') return false;
    if (!['sum', 'mean', 'variance', 'stddev', 'rate'].includes(spec.kind)) return false;
    return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  }
});
