import {
  approxCountDistinct,
  count,
  histogram,
  mean,
  quantile,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  topK,
  tumbling,
  view,
} from 'streamgauge';
import { readTimestamp } from '../../../engine/decode/timestamps.ts';
import type { TimestampFormat } from '../../../engine/ir/timestamp-format.ts';
import { athena } from '../../../engine/sql/athena.ts';
import { athenaStatement, MAX_ATHENA_BYTES } from '../../../engine/sql/athena-statement.ts';
import { SqlError } from '../../../engine/sql/errors.ts';
import { textToMs } from '../../../engine/sql/times.ts';
import { parseIsoText } from '../../../engine/time/parse-time.ts';
import { createTrinoMacros, inDuckdb } from '../../oracle/athena-in-duckdb.ts';
import { type Duckdb, openDuckdb } from '../../oracle/duckdb.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { OTHER_FORMS } from '../time/other-forms.ts';

let database: Duckdb;
beforeAll(async () => {
  database = await openDuckdb();
  await createTrinoMacros(database);
});
afterAll(() => database.close());

async function readAs(expression: string, column: string): Promise<unknown> {
  const [row] = await database.rows(`SELECT ${inDuckdb(expression)} AS x FROM (SELECT '${column}' AS t)`);
  return row?.x ?? null;
}

test.each([
  '2015-05-17T10:05:00.123Z',
  '2015-05-17 10:05',
  '2015-05-17t10:05:01z',
  '2015-05-17T10:05:01+0200',
  '2015-05-17T10:05:01-02',
  '2015-05-17T10:05:01-00:30',
  '2015-05-17T10:05:01,5Z',
  '2015-05-17T10:05:01.123999999+23:59',
  '2015-05-17T10:05:01.9999-23:59',
  '1969-12-31T23:59:59.0009Z',
  '0001-01-01T00:00:00Z',
  '2000-02-29T00:00:00',
  '9999-12-31T23:59:59.999Z',
  ...OTHER_FORMS.map(([text]) => text),
])('%s is the instant that the engine reads', async (text) => {
  expect(await readAs(textToMs('t', 'iso8601', athena), text)).toBe(parseIsoText(text));
  expect(await readAs(athena.jsonToMs('t', 'any'), text)).toBe(parseIsoText(text));
});

test.each<[TimestampFormat, string]>([
  ['common-log', '17/May/2015:10:05:03 -0230'],
  ['rfc2822', 'Wed, 31 Jan 2024 12:00:00 +0100'],
  ['rfc2822', '1 Feb 2024 12:00 GMT'],
])('%s %s is the instant that the engine reads', async (format, text) => {
  expect(await readAs(textToMs('t', format, athena), text)).toBe(readTimestamp(text, format));
  expect(await readAs(athena.jsonToMs('t', 'auto'), text)).toBe(readTimestamp(text, format));
});

test.each([
  '',
  'now',
  '2015-05',
  '2015-02-30T00:00:00Z',
  '2015-05-17T24:00:01Z',
  '2015-05-17T10:05:00+24:00',
  '2015-05-17T10:05:00Z\n',
  ' 2015-05-17T10:05:00Z',
])('%j is no instant', async (text) => {
  expect(parseIsoText(text)).toBeNaN();
  expect(await readAs(textToMs('t', 'iso8601', athena), text)).toBeNull();
});

test.each([
  ['0', 0],
  ['1431857100123', 1_431_857_100_123],
  ['1431857100.5', 1_431_857_100_500],
  ['-0.5', -500],
  ['1.5e3', 1_500_000],
  ['1431857100123456789', 1_431_857_100_123],
])('a number in the table, %s, is %d milliseconds', async (text, ms) => {
  expect(await readAs(athena.jsonToMs('t', 'any'), text)).toBe(ms);
  expect(await readAs(athena.jsonToMs('t', 'auto'), text)).toBe(ms);
});

const hits = stream('hits', {
  schema: Type.Object({
    id: Type.String(),
    page: Type.String(),
    size: Type.Optional(Type.Integer()),
    ms: Type.Optional(Type.Number()),
    device: Type.Optional(Type.Object({ os: Type.String() })),
    "it's": Type.String(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'page',
  eventId: 'id',
  maxLateness: '0 ms',
  dedupe: { within: '1 hour' },
});

test('a statement reads one delivery of each position from the table of the stream', () => {
  const hourly = view('hits_1h', hits)
    .window(tumbling('1 hour'))
    .groupBy('page')
    .aggregate((e) => ({ hits: count(), ios: count().where(e.device.os.eq('ios')) }));
  expect(athenaStatement(definitionOf(hourly))).toBe(`\
-- View hits_1h of stream hits in Athena SQL: one row for each window of 1 hour and page.
-- Instants are milliseconds since 1970 until the last SELECT, which writes them as ISO-8601 text in UTC.
--
-- It computes over all events that fit the schema, as if none had come late. What it cannot know:
-- - how far the stream has come: windows that are open have rows too;
-- - late events: a stream leaves out of a window what comes after the watermark has passed the window's end;
-- - when a duplicate came: it takes the earliest event of each id, a stream the one that comes first, which
--   it remembers for 1 hour, shard by shard;
-- - what is in records that were too large to unfold: bronze has them, with the reason 'not_unfolded', but no columns of them;
-- - how an event would be judged today: it takes what was an event when it arrived, by the schema of that day.
WITH typed_events AS (
  SELECT
    "id",
    "page",
    ("device")."os" AS "device.os",
    TRY_CAST(floor("at") AS BIGINT) AS "at"
  FROM (
    SELECT
      ("event")."id" AS "id",
      ("event")."page" AS "page",
      ("event")."size" AS "size",
      ("event")."ms" AS "ms",
      ("event")."device" AS "device",
      ("event")."at" AS "at"
    FROM (
      SELECT
        "event",
        row_number() OVER (PARTITION BY "shard", "sequence", "sub", "index" ORDER BY "arrival") AS "delivery"
      FROM "hits"
      WHERE "event" IS NOT NULL
        AND "dt" BETWEEN '2000-01-01' AND '2099-12-31' -- days of arrival: fewer are read faster, and cost less
    )
    WHERE "delivery" = 1
  )
  WHERE "id" IS NOT NULL
    AND "page" IS NOT NULL
    AND ("device" IS NULL OR ("device")."os" IS NOT NULL)
),
events AS (
  SELECT *
  FROM typed_events
  WHERE "at" BETWEEN -62135596800000 AND 221845391999999
),
numbered_events AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY "id" ORDER BY "at") AS "number of copy"
  FROM events
),
unique_events AS (
  SELECT *
  FROM numbered_events
  WHERE "id" IS NULL OR "id" = '' OR "number of copy" = 1
),
rows AS (
  SELECT
    "at" - ("at" % 3600000 + 3600000) % 3600000 AS "window_start",
    "at" - ("at" % 3600000 + 3600000) % 3600000 + 3600000 AS "window_end",
    "page",
    count(*) AS "hits",
    count(*) FILTER (WHERE "device.os" = 'ios') AS "ios"
  FROM unique_events
  GROUP BY 1, 2, 3
)
SELECT
  format_datetime(date_add('millisecond', "window_start", TIMESTAMP '1970-01-01 00:00:00.000'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''') AS "window_start",
  format_datetime(date_add('millisecond', "window_end", TIMESTAMP '1970-01-01 00:00:00.000'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''') AS "window_end",
  "page",
  "hits",
  "ios"
FROM rows
ORDER BY rows."window_start", rows."page" NULLS FIRST`);
});

test('aggregates are what Trino has for them', () => {
  const many = view('many', hits)
    .window(sliding({ size: '10 minutes', slide: '5 minutes' }))
    .aggregate((e) => ({
      total: sum(e.size),
      average: mean(e.ms),
      p95: quantile(e.ms, 0.95).where(e.page.eq('/')),
      pages: approxCountDistinct(e.page),
      top: topK(e.page, 3),
      spread: histogram(e.ms, { bounds: [0] }),
    }));
  const statement = athenaStatement(definitionOf(many));
  for (const part of [
    'COALESCE(sum("size"), 0) AS "total"',
    'avg("ms") AS "average"',
    `element_at(array_sort(array_agg("ms") FILTER (WHERE "page" = '/')), greatest(1, count("ms") FILTER (WHERE "page" = '/') - CAST(floor(count("ms") FILTER (WHERE "page" = '/') - 0.95e0 * count("ms") FILTER (WHERE "page" = '/')) AS BIGINT))) AS "p95"`,
    'approx_distinct("page", 8.1e-3) AS "pages"',
    'slice(array_sort(transform(map_entries(histogram(substr("page", 1, 500))), e -> ROW(-e[2], e[1]))), 1, 3)',
    "MAP(ARRAY['from', 'to', 'count'], ARRAY[CAST(NULL AS JSON), CAST(0 AS JSON), CAST(count(*) FILTER",
    'CROSS JOIN UNNEST(',
    ') AS series ("window start")',
  ]) {
    expect(statement).toContain(part);
  }
});

test('a field that a table cannot have is refused with its name', () => {
  const odd = view('odd', hits)
    .window(tumbling('1 hour'))
    .aggregate((e) => ({ named: count(e["it's"]) }));
  expect(() => athenaStatement(definitionOf(odd))).toThrow(SqlError);
  expect(() => athenaStatement(definitionOf(odd))).toThrow(
    "View 'odd' reads field 'it's' of stream 'hits', which a table cannot have: its name has other characters than letters, digits and _, or differs from another's in case alone. Rename it.",
  );
});

test('a statement longer than Athena takes is refused with its length', () => {
  const values = Array.from({ length: 300 }, (_, index) => `${index}${'x'.repeat(1000)}`) as [string, ...string[]];
  const long = view('long', hits)
    .where((e) => e.page.in(values))
    .window(tumbling('1 hour'))
    .aggregate(() => ({ hits: count() }));
  expect(() => athenaStatement(definitionOf(long))).toThrow(
    new RegExp(`^The statement of view 'long' has \\d+ bytes, and Athena takes ${MAX_ATHENA_BYTES}\\.`),
  );
});
