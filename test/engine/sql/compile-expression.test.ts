import { inspect } from 'node:util';
import fc from 'fast-check';
import type { BuiltInSpec } from '../../../engine/aggregates/registry.ts';
import { Expression, nodeOf } from '../../../engine/dsl/build.ts';
import { compileToFunction } from '../../../engine/expression/compile-js.ts';
import { type ExpressionNode, toJson, type Value, type ValueKind } from '../../../engine/ir/node.ts';
import { compileExpression } from '../../../engine/sql/compile-expression.ts';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { SqlError } from '../../../engine/sql/errors.ts';
import { identifier, literal } from '../../../engine/sql/text.ts';
import { type Duckdb, openDuckdb } from '../../oracle/duckdb.ts';
import { type RandomField, randomExpression } from '../../oracle/random-expression.ts';
import { columnOf } from '../../support/column-of.ts';
import { casesOf } from '../../support/random-cases.ts';

function leaf(name: string, kind: ValueKind, { integer = false, nullable = true } = {}): Expression {
  const type = { kind, nullable, ...(integer && { integer }) };
  return new Expression({ op: 'field', path: name.split('.'), type });
}

function sqlOf(expression: Expression, bounds: ReadonlyMap<string, number> = new Map()): string {
  return compileExpression(nodeOf(expression, 'the test'), { dialect: duckdb, bounds, derived: new Set() });
}

const clicks = leaf('clicks', 'number', { integer: true });
const views = leaf('views', 'number', { integer: true });
const amount = leaf('amount', 'number');
const page = leaf('page', 'string');
const flag = leaf('flag', 'boolean');

describe('text', () => {
  test.each<[string, Expression, string]>([
    ['a ratio of whole numbers', clicks.div(views), 'CAST("clicks" AS DOUBLE) / NULLIF("views", 0)'],
    ['a literal divisor', clicks.div(100), 'CAST("clicks" AS DOUBLE) / 100'],
    [
      'a sum of doubles, which can be infinite',
      amount.add(amount),
      `NULLIF(NULLIF("amount" + "amount", 'Infinity'), '-Infinity')`,
    ],
    ['a fraction, which SQL would read as a decimal', clicks.mul(0.5), 'CAST("clicks" AS DOUBLE) * 0.5e0'],
    ['a negative number', clicks.sub(-5), 'CAST("clicks" AS DOUBLE) - (-5)'],
    [
      'brackets where they matter',
      clicks.sub(views.sub(1)),
      'CAST("clicks" AS DOUBLE) - (CAST("views" AS DOUBLE) - 1)',
    ],
    ['no brackets where they do not', clicks.sub(1).sub(2), 'CAST("clicks" AS DOUBLE) - 1 - 2'],
    ['a comparison with a quoted text', page.eq("it's"), `"page" = 'it''s'`],
    ['a nested field', leaf('device.os', 'string').ne('ios'), `"device.os" <> 'ios'`],
    ['a quoted name', leaf('a"b', 'string').lt('x'), `"a""b" < 'x'`],
    ['a list', page.in(['/a', '/b']), `"page" IN ('/a', '/b')`],
    [
      'three-valued logic',
      page.eq('a').or(flag, clicks.gt(1)).and(page.isNull().not()),
      `("page" = 'a' OR "flag" OR "clicks" > 1) AND "page" IS NOT NULL`,
    ],
    ['a negation', flag.and(page.eq('a')).not(), `NOT ("flag" AND "page" = 'a')`],
    ['a default', page.coalesce('none'), `COALESCE("page", 'none')`],
    [
      'the path of a URL',
      page.urlPath(),
      `regexp_replace(regexp_extract("page", '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1), '^$', '/')`,
    ],
    ['milliseconds between instants', leaf('b', 'instant').msSince(leaf('a', 'instant')), '"b" - "a"'],
  ])('%s', (_name, expression, sql) => {
    expect(sqlOf(expression)).toBe(sql);
  });

  test('a column that is known to be small needs no check for infinity', () => {
    expect(sqlOf(amount.mul(amount), new Map([['amount', 1e100]]))).toBe('"amount" * "amount"');
    expect(sqlOf(amount.mul(amount), new Map([['amount', 1e200]]))).toContain('Infinity');
  });

  test('an object or array can be null', () => {
    expect(sqlOf(leaf('tags', 'json').isNull())).toBe('"tags" IS NULL');
  });

  test('a text that SQL cannot write is refused', () => {
    expect(() => sqlOf(page.eq('a\0b'))).toThrow('The text "a\\u0000b" holds a NUL, which SQL cannot write.');
  });
});

describe('meaning', () => {
  const FIELDS: readonly RandomField[] = [
    { path: ['n'], type: { kind: 'number', nullable: false } },
    { path: ['m'], type: { kind: 'number', nullable: true } },
    { path: ['i'], type: { kind: 'number', nullable: false, integer: true } },
    { path: ['j'], type: { kind: 'number', nullable: true, integer: true } },
    { path: ['s'], type: { kind: 'string', nullable: false } },
    { path: ['url'], type: { kind: 'string', nullable: true } },
    { path: ['device', 'name'], type: { kind: 'string', nullable: true } },
    { path: ['flag'], type: { kind: 'boolean', nullable: true } },
    { path: ['a'], type: { kind: 'instant', nullable: false } },
    { path: ['b'], type: { kind: 'instant', nullable: true } },
  ];
  const NUMBERS = [0, -0, 1, -1, 0.1, 0.5, -2.5, 3, 1e-7, 1e21, 1e308, -1e308, 5e-324, 2 ** 53 - 1, 1 / 3];
  const TEXTS = [
    '',
    '/',
    'a',
    'B',
    'b',
    "it's",
    'é',
    'e\u0301',
    '\uff5e',
    '😀',
    '\u{10ffff}',
    ' ',
    '\n',
    '\\d',
    '%',
    'ß"',
  ];
  const URLS = [
    ...TEXTS,
    'http://example.com',
    'https://example.com/a/b?q=1#f',
    '//host/p',
    '//host',
    '///p',
    '/a?b',
    '/a#b?c',
    '/a//b',
    'mailto:x@y',
    'a:b:c',
    '1a:b',
    'é:b',
    '?q',
    '#f',
    'a\nb?c',
    'HTTP://H/P\u2028Q',
    '/ünï😀?x',
  ];

  const number = fc.oneof(
    fc.constantFrom(...NUMBERS),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.integer({ min: -20, max: 20 }),
  );
  const WIDE = [2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
  const whole = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger(), fc.constantFrom(...WIDE));
  const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme', maxLength: 3 }).map(withoutNul));
  const url = fc.oneof(fc.constantFrom(...URLS), fc.webUrl({ withQueryParameters: true }));
  const instant = fc.oneof(
    fc.constantFrom(0, -1, 1),
    fc.integer({ min: -62_135_596_800_000, max: 221_845_391_999_999 }),
  );
  const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });

  const row = fc.record({
    n: number,
    m: orNull(number),
    i: whole,
    j: orNull(whole),
    s: text,
    url: orNull(url),
    device: orNull(fc.record({ name: orNull(text) })),
    flag: orNull(fc.boolean()),
    a: instant,
    b: orNull(instant),
  });
  type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

  let database: Duckdb;
  beforeAll(async () => {
    database = await openDuckdb();
  });
  afterAll(() => database.close());

  test('a random expression has the same value in JavaScript and in DuckDB', async () => {
    const expressions = randomExpression({
      fields: FIELDS,
      depth: 4,
      numbers: NUMBERS,
      texts: URLS,
      wholes: WIDE,
      division: true,
    });
    const expression = fc.oneof(
      expressions('boolean'),
      expressions('boolean'),
      expressions('number'),
      expressions('string'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(expression, { minLength: 100, maxLength: 150 }),
        fc.array(row, { minLength: 30, maxLength: 60 }),
        async (leaves, rows) => {
          const nodes = leaves.map((each) => nodeOf(each, 'the test'));
          expect(mismatches(nodes, rows, await inDuckdb(nodes, rows))).toEqual([]);
        },
      ),
      // The first mismatch says it all: shrinking a hundred expressions takes minutes.
      { seed: 20_260_301, numRuns: casesOf(12, 3), endOnFailure: true },
    );
  });

  test('the values that random expressions come upon are of every kind', () => {
    const expressions = randomExpression({
      fields: FIELDS,
      depth: 4,
      numbers: NUMBERS,
      texts: URLS,
      wholes: WIDE,
      division: true,
    });
    const rows = fc.sample(row, { seed: 7, numRuns: 40 });
    const conditions = fc
      .sample(expressions('boolean'), { seed: 7, numRuns: 60 })
      .map((each) => nodeOf(each, 'the test'));
    const found = new Set(inJavaScript(conditions, rows).flat());
    expect(found).toEqual(new Set([true, false, null]));
    const operators = new Set(conditions.flatMap(operatorsIn));
    const all = [
      'and',
      'arithmetic',
      'call',
      'coalesce',
      'compare',
      'in',
      'isNull',
      'lookup',
      'msSince',
      'not',
      'or',
      'urlPath',
    ];
    expect([...operators].sort()).toEqual(all);
  });

  function mismatches(nodes: readonly ExpressionNode[], rows: readonly Row[], found: readonly Value[][]): string[] {
    return inJavaScript(nodes, rows).flatMap((expected, at) =>
      nodes.flatMap((node, index) => {
        const [ours, theirs] = [expected[index], found[at]?.[index]];
        if (toJson(ours) === theirs) return [];
        const sql = compileExpression(node, { dialect: duckdb, bounds: new Map(), derived: new Set() });
        return [`${sql} is ${ours} in JavaScript and ${theirs} in DuckDB for ${inspect(rows[at])}`];
      }),
    );
  }

  function inJavaScript(nodes: readonly ExpressionNode[], rows: readonly Row[]): Value[][] {
    const compiled = nodes.map(compileToFunction);
    return rows.map((each) => compiled.map((compute) => plain(compute(each))));
  }

  async function inDuckdb(nodes: readonly ExpressionNode[], rows: readonly Row[]): Promise<Value[][]> {
    const columns = nodes.map(
      (node, index) =>
        `${compileExpression(node, { dialect: duckdb, bounds: new Map(), derived: new Set() })} AS c${index}`,
    );
    const found = await database.rows(`SELECT ${columns.join(', ')} FROM ${table(rows)} ORDER BY "row"`);
    return found.map((each) => nodes.map((_, index) => each[`c${index}`] ?? null));
  }

  function table(rows: readonly Row[]): string {
    const types = ['BIGINT', ...FIELDS.map(({ type }) => sqlType(type.kind, type.integer ?? false))];
    const values = rows.map((each, index) => {
      const cells = [
        index,
        ...FIELDS.map(({ path }) => path.reduce<unknown>((at, name) => member(at, name), each) ?? null),
      ];
      return `(${cells.map((cell, at) => `CAST(${cell === null ? 'NULL' : cellText(cell as string)} AS ${types[at]})`).join(', ')})`;
    });
    const names = ['row', ...FIELDS.map(({ path }) => path.join('.'))].map(identifier);
    return `(VALUES ${values.join(', ')}) AS t(${names.join(', ')})`;
  }
});

describe('aggregates over rows', () => {
  type RollingSpec = BuiltInSpec & { readonly kind: 'sum' | 'mean' | 'min' | 'max' | 'variance' | 'stddev' };
  const SPECS: readonly RollingSpec[] = [
    { kind: 'sum' },
    { kind: 'mean' },
    { kind: 'min' },
    { kind: 'max' },
    { kind: 'variance', of: 'sample' },
    { kind: 'variance', of: 'population' },
    { kind: 'stddev', of: 'sample' },
    { kind: 'stddev', of: 'population' },
  ];

  /** What the aggregate is of values that are there, by its formula. */
  function aggregateOf(spec: RollingSpec, values: readonly number[]): number | null {
    const total = values.reduce((sum, value) => sum + value, 0);
    if (spec.kind === 'sum') return total;
    if (values.length === 0) return null;
    if (spec.kind === 'min') return Math.min(...values);
    if (spec.kind === 'max') return Math.max(...values);
    const average = total / values.length;
    if (spec.kind === 'mean') return average;
    const divisor = 'of' in spec && spec.of === 'sample' ? values.length - 1 : values.length;
    if (divisor === 0) return null;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / divisor;
    return spec.kind === 'variance' ? variance : Math.sqrt(variance);
  }

  function rolling(spec: RollingSpec, operand: Expression, windows: number): Expression {
    return columnOf(spec, nodeOf(operand, 'the test')).over({ windows });
  }

  function sqlOverRows(expression: Expression): string {
    const rows = { overRows: 'PARTITION BY "g" ORDER BY "window_start"', step: 1, slideMs: 1 };
    const scope = { dialect: duckdb, bounds: new Map(), derived: new Set<string>(), rows };
    return compileExpression(nodeOf(expression, 'the test'), scope);
  }

  let database: Duckdb;
  beforeAll(async () => {
    database = await openDuckdb();
  });
  afterAll(() => database.close());

  test('an aggregate over rows can be a part of an expression', () => {
    const usual = rolling({ kind: 'mean' }, clicks, 10);
    expect(sqlOverRows(clicks.div(usual).gt(2))).toBe(
      `NULLIF(NULLIF(CAST("clicks" AS DOUBLE) / NULLIF(avg("clicks") OVER (PARTITION BY "g" ORDER BY "window_start" ROWS BETWEEN 9 PRECEDING AND CURRENT ROW), 0), 'Infinity'), '-Infinity') > 2`,
    );
  });

  test('where there are no rows it is refused', () => {
    expect(() => sqlOf(rolling({ kind: 'sum' }, clicks, 3))).toThrow(
      new SqlError("The sum of clicks over 3 rows goes over a group's rows, and there are none before .aggregate(…)."),
    );
  });

  test('each is that of the values of the last rows of the group, null ones passed over', async () => {
    const amounts = fc.option(fc.integer({ min: -40, max: 40 }), { freq: 3 });
    const row = fc.record({ g: fc.constantFrom(null, 'a', 'b'), amount: amounts });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(2, 3, 10),
        async (rows, windows) => {
          const columns = SPECS.map((spec, at) => `${sqlOverRows(rolling(spec, amount.mul(0.25), windows))} AS c${at}`);
          const values = rows.map(
            ({ g, amount: of }, start) => `(${start}, ${g && literal(g)}, CAST(${of} AS DOUBLE))`,
          );
          const found = await database.rows(
            `SELECT ${columns.join(', ')} FROM (VALUES ${values.join(', ')}) AS t("window_start", "g", "amount") ORDER BY "window_start"`,
          );
          for (const [index, { g }] of rows.entries()) {
            const last = rows.slice(0, index + 1).filter((other) => other.g === g);
            const there = last.slice(-windows).flatMap(({ amount: of }) => (of === null ? [] : [of * 0.25]));
            for (const [at, spec] of SPECS.entries()) {
              const expected = aggregateOf(spec, there);
              const value = expected === null ? null : expect.closeTo(expected, 9);
              expect({ spec, value: found[index]?.[`c${at}`] }).toEqual({ spec, value });
            }
          }
        },
      ),
      { seed: 20_261_127, numRuns: 60 },
    );
  });
});

function member(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null)?.[name];
}

/** SQL would fold a literal −0 to 0. */
function cellText(cell: string | number | bigint | boolean): string {
  return Object.is(cell, -0) ? "'-0.0'" : literal(cell);
}

function sqlType(kind: ValueKind, integer: boolean): string {
  if (kind === 'number') return integer ? 'BIGINT' : 'DOUBLE';
  return kind === 'string' ? 'VARCHAR' : kind === 'boolean' ? 'BOOLEAN' : 'BIGINT';
}

function plain(value: Value): Value {
  return typeof value === 'number' && value === 0 ? 0 : value;
}

function withoutNul(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function operatorsIn(node: ExpressionNode): string[] {
  switch (node.op) {
    case 'field':
    case 'literal':
      return [];
    case 'and':
    case 'or':
    case 'call':
      return [node.op, ...node.operands.flatMap(operatorsIn)];
    case 'compare':
    case 'arithmetic':
    case 'msSince':
      return [node.op, ...operatorsIn(node.left), ...operatorsIn(node.right)];
    case 'windowTotal':
    case 'rowOperator':
    case 'member':
      return [node.op];
    default:
      return [node.op, ...operatorsIn(node.operand)];
  }
}
