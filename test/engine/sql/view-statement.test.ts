import {
  approxCountDistinct,
  count,
  first,
  max,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  union,
  view,
  windowJoin,
} from 'streamgauge';
import { SqlError } from '../../../engine/sql/errors.ts';
import type { OracleRow } from '../../oracle/duckdb.ts';
import { openStatements, type Statements, statementOf } from './statement-rows.ts';

const orders = stream('orders', {
  schema: Type.Object({
    buyer: Type.Object({ country: Type.Optional(Type.String()) }),
    amount: Type.Number(),
    items: Type.Integer(),
    count: Type.Optional(Type.Integer()),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'items',
  maxLateness: '0 ms',
});

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

function rowsOf(view: unknown, events: readonly object[]): Promise<OracleRow[]> {
  return statements.rows(
    view,
    events.map((event) => ({ buyer: {}, amount: 1, items: 1, ...event })),
  );
}

test('the statement of a view reads like one that was written by hand', () => {
  const revenue = view('revenue', orders)
    .derive((e) => ({ country: e.buyer.country.coalesce('unknown') }))
    .where((e) => e.amount.gt(0))
    .where((e) => e.country.ne('test').or(e.items.isNull()))
    .window(tumbling('1 day', { offset: '5 hours' }), { allowedLateness: '90 seconds' })
    .groupBy('country')
    .aggregate((e) => ({
      orders: count(),
      revenue: sum(e.amount).where(e.items.lt(100).and(e.country.eq('NL'))),
      buyers: approxCountDistinct(e.country),
    }))
    .derive((row) => ({ mean_order: row.revenue.div(row.orders) }))
    .derive((row) => ({ large: row.mean_order.gte(99.5) }));
  expect(statementOf(revenue, '"lake"."orders"')).toBe(`\
-- View revenue of stream orders in DuckDB SQL: one row for each window of 1 day and country.
-- Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.
--
-- It computes over all events that fit the schema, as if none had come late. What it cannot know:
-- - how far the stream has come: windows that are open have rows too;
-- - late events: a stream leaves out of a window what comes after the watermark has passed the window's end + 90 seconds;
-- - dead letters: it leaves out events without a required field or with an unreadable timestamp, but does not check
--   what else the schema asks of a value, nor how far an event time was ahead of the arrival.
--
-- Columns that are approximate in the stream's rows:
-- - buyers: a relative standard error of 0.81 %. Of another algorithm here.
WITH typed_events AS (
  SELECT
    ("buyer")."country" AS "buyer.country",
    "amount",
    "items",
    TRY_CAST(floor("at") AS BIGINT) AS "at"
  FROM "lake"."orders"
  WHERE "amount" IS NOT NULL
    AND "items" IS NOT NULL
),
events AS (
  SELECT *
  FROM typed_events
  WHERE "at" BETWEEN -62135596800000 AND 221845391999999
),
derived_events AS (
  SELECT
    *,
    COALESCE("buyer.country", 'unknown') AS "country"
  FROM events
  WHERE "amount" > 0
),
filtered_events AS (
  SELECT *
  FROM derived_events
  WHERE "country" <> 'test' OR "items" IS NULL
),
rows AS (
  SELECT
    "at" - (("at" - 18000000) % 86400000 + 86400000) % 86400000 AS "window_start",
    "at" - (("at" - 18000000) % 86400000 + 86400000) % 86400000 + 86400000 AS "window_end",
    "country",
    count(*) AS "orders",
    COALESCE(fsum("amount") FILTER (WHERE "items" < 100 AND "country" = 'NL'), 0) AS "revenue",
    approx_count_distinct("country") AS "buyers"
  FROM filtered_events
  GROUP BY 1, 2, 3
),
derived_rows AS (
  SELECT
    *,
    "revenue" / NULLIF("orders", 0) AS "mean_order"
  FROM rows
),
derived_rows_2 AS (
  SELECT
    *,
    "mean_order" >= 99.5e0 AS "large"
  FROM derived_rows
)
SELECT
  strftime(make_timestamp_ms("window_start"), '%Y-%m-%dT%H:%M:%S.%gZ') AS "window_start",
  strftime(make_timestamp_ms("window_end"), '%Y-%m-%dT%H:%M:%S.%gZ') AS "window_end",
  "country",
  "orders",
  "revenue",
  "buyers",
  "mean_order",
  "large"
FROM derived_rows_2
ORDER BY derived_rows_2."window_start", derived_rows_2."country" NULLS FIRST`);
});

test('an event time out of the years 1 to 8999 is no event', async () => {
  const all = view('all_orders', orders)
    .window(tumbling('1 hour'))
    .aggregate(() => ({ n: count() }));
  expect(await rowsOf(all, [{ at: -62_135_596_800_001 }, { at: 221_845_392_000_000 }, { at: null }, {}])).toEqual([]);
});

test('rows are ordered by window, then by each group with null first, numbers by size and texts by code point', async () => {
  const byCountry = view('by_country', orders)
    .derive((e) => ({ country: e.buyer.country }))
    .window(tumbling('1 hour'))
    .groupBy('items', 'country')
    .aggregate(() => ({ n: count() }));
  const groups: [number, string | null][] = [
    [10, null],
    [9, '😀'],
    [9, '\uff5e'],
    [9, 'a'],
    [9, 'B'],
    [9, ''],
    [9, null],
  ];
  const events = [...groups.map(([items, country]) => ({ at: 0, items, buyer: { country } })), { at: -1, items: 99 }];
  const rows = await rowsOf(byCountry, events);
  expect(rows.map(({ items, country }) => [items, country])).toEqual([[99, null], ...groups.toReversed()]);
});

test('columns may have the names of the fields that they are made of', async () => {
  const shadowing = view('shadowing', orders)
    .window(tumbling('1 hour'))
    .aggregate((e) => ({
      at: max(e.at),
      amount: count(),
      items: sum(e.amount),
      count: first(e.items).where(e.amount.gt(1)),
    }));
  const events = [
    { at: 5, amount: 2, items: 7 },
    { at: 9, amount: 0.5, items: 8 },
  ];
  expect(await rowsOf(shadowing, events)).toEqual([
    {
      window_start: '1970-01-01T00:00:00.000Z',
      window_end: '1970-01-01T01:00:00.000Z',
      at: '1970-01-01T00:00:00.009Z',
      amount: 2,
      items: 2.5,
      count: 7,
    },
  ]);
});

test('columns of a row can be made of its window', async () => {
  const sizes = view('sizes', orders)
    .window(tumbling('5 minutes'))
    .aggregate((e) => ({ latest: max(e.at) }))
    .derive((row) => ({ size_ms: row.window_end.msSince(row.window_start), ends: row.window_end }))
    .derive((row) => ({ left_ms: row.ends.msSince(row.latest) }));
  expect(await rowsOf(sizes, [{ at: 1 }])).toMatchObject([
    { size_ms: 300_000, ends: '1970-01-01T00:05:00.000Z', left_ms: 299_999 },
  ]);
});

test('a table of any name can be the source', async () => {
  const all = view('all_orders', orders)
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ n: count(), amount: sum(e.amount) }));
  const { database } = statements;
  for (const name of ['events', 'rows', 'derived_rows', 'buyer']) {
    await database.rows(
      `CREATE TABLE ${name} AS SELECT {'country': 'NL'} AS "buyer", 1.5e0 AS "amount", 2 AS "items", 0e0 AS "at"`,
    );
    expect(await database.rows(statementOf(all, name))).toMatchObject([{ n: 1, amount: 1.5 }]);
  }
});

test('a line break in a text of the definition stays one line break', async () => {
  const odd = view('odd', orders)
    .where((e) => e.buyer.country.eq('a\nb'))
    .window(tumbling('1 hour'))
    .aggregate(() => ({ n: count() }));
  const events = ['a\nb', 'a\n  b', "a'\nb"].map((country) => ({ at: 0, buyer: { country } }));
  expect(await rowsOf(odd, events)).toMatchObject([{ n: 1 }]);
});

test('columns that differ in case alone are refused', () => {
  const twins = view('twins', orders)
    .window(tumbling('1 hour'))
    .aggregate(() => ({ n: count(), N: count() }));
  expect(() => statementOf(twins)).toThrow(
    new SqlError(
      "the row of view 'twins' has 'n' and 'N', which SQL cannot tell apart: it takes no notice of case in names. Rename one of them.",
    ),
  );
  const derived = view('derived', orders)
    .derive((e) => ({ Amount: e.amount.add(1) }))
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ x: sum(e.amount), y: sum(e.Amount) }));
  expect(() => statementOf(derived)).toThrow(SqlError);
});

describe('duplicates', () => {
  const once = stream('once', {
    schema: Type.Object({
      card: Type.Object({ payment: Type.Optional(Type.String()) }),
      amount: Type.Number(),
      at: Timestamp('epoch-ms'),
    }),
    eventTime: 'at',
    partitionKey: 'amount',
    maxLateness: '0 ms',
    dedupe: { by: 'card.payment', within: '1 hour' },
  });

  test('events of one id count once, before any filter, and events without an id each', async () => {
    const all = view('all_payments', once)
      .where((e) => e.amount.ne(7))
      .window(tumbling('1 minute'))
      .aggregate((e) => ({ n: count(), amount: sum(e.amount) }));
    const events = [
      { card: { payment: 'a' }, amount: 1, at: 0 },
      { card: { payment: 'a' }, amount: 1, at: 0 },
      { card: { payment: 'b' }, amount: 7, at: 1 },
      { card: { payment: 'b' }, amount: 8, at: 2 },
      { card: {}, amount: 16, at: 3 },
      { card: { payment: null }, amount: 32, at: 4 },
    ];
    expect(await statements.rows(all, events)).toMatchObject([{ n: 3, amount: 49 }]);
  });

  test('an id in an event that does not fit the schema is not taken for the event', async () => {
    const all = view('all_payments', once)
      .window(tumbling('1 minute'))
      .aggregate((e) => ({ n: count(), amount: sum(e.amount) }));
    const events = [
      { card: { payment: 'a' }, at: 0 },
      { card: { payment: 'a' }, amount: 1, at: -70_000_000_000_000 },
      { card: { payment: 'a' }, amount: 2, at: 0 },
    ];
    expect(await statements.rows(all, events)).toMatchObject([{ n: 1, amount: 2 }]);
  });
});

test('views that come together have names of their own in the statement', () => {
  const schema = Type.Object({ k: Type.String(), at: Timestamp('epoch-ms') });
  const settings = { schema, eventTime: 'at', partitionKey: 'k', maxLateness: '1 minute' } as const;
  const counted = (name: 'a' | 'b') =>
    view(`v${name}`, stream(name, settings))
      .window(tumbling('1 minute'))
      .groupBy('k')
      .aggregate(() => ({ n: count() }));
  const [a, b] = [counted('a'), counted('b')];
  const joined = view('joined', windowJoin('both', a, b, { type: 'inner', on: { k: 'k' } }));
  const united = view('united', union('either', [a, b]));
  for (const source of [joined, united]) {
    const statement = statementOf(source.window(tumbling('1 minute')).aggregate(() => ({ n: count() })));
    const names = [...statement.matchAll(/^\s*(?:WITH )?(\w+) AS \($/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(4);
    expect(names).toEqual([...new Set(names)]);
  }
});

test('a source can be called by a word of SQL', async () => {
  const schema = Type.Object({ k: Type.String(), at: Timestamp('epoch-ms') });
  const settings = { schema, eventTime: 'at', partitionKey: 'k', maxLateness: '1 minute' } as const;
  for (const name of ['both', 'order', 'left', 'select', 'table'] as const) {
    const source = union(name, [stream('group', settings), stream('user', settings)]);
    const counted = view(name === 'both' ? 'all' : 'where', source)
      .window(tumbling('1 minute'))
      .groupBy('k')
      .aggregate(() => ({ n: count() }));
    // Each of both is read from the same events.
    expect(await statements.rows(counted, [{ k: 'a', at: 0 }])).toMatchObject([{ k: 'a', n: 2 }]);
  }
});
