import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anomaly, count, max, pipeline, stream, sum, Timestamp, Type, topK, tumbling, view } from 'streamgauge';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { writeWhole } from '../../runtime/files/write-whole.ts';
import { type RowFormat, rowContent } from '../../runtime/row-format.ts';
import { type Duckdb, openDuckdb } from '../oracle/duckdb.ts';

const clicks = stream('clicks', {
  schema: Type.Object({
    page: Type.Optional(Type.String()),
    id: Type.Integer(),
    ms: Type.Number(),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '0 ms',
});
const pages = view('pages', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ views: count(), ms: sum(e.ms), top_id: max(e.id), latest: max(e.at), ids: topK(e.id, 2) }))
  .derive((row) => ({ busy: row.views.gt(1), unusual: anomaly(row.views) }));
const definition = pipelineDefinition(pipeline('p', [pages]), 'the test').views[0] as ViewDefinition;

const ROW = {
  window_start: '2026-01-01T00:00:00.000Z',
  window_end: '2026-01-01T00:01:00.000Z',
  page: '/ü, "x"',
  views: 3,
  ms: 1.5,
  top_id: '9007199254740993',
  latest: '2026-01-01T00:00:59.123Z',
  ids: [{ value: 7, count: 2, error: 0 }],
  busy: true,
  unusual: { score: 0.25, is_anomaly: false, expected: 2.5, lower: null, upper: 9, reason: 'because' },
  revision: 2,
  late_events: 1,
  is_final: true,
};
const BARE = {
  ...ROW,
  ...{ page: null, top_id: null, latest: null, ids: null, busy: null, ms: -1e300 },
  ...{ unusual: { score: null, is_anomaly: false, expected: null, lower: null, upper: null, reason: null } },
};

let dir: string;
let duckdb: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rows-'));
  duckdb = await openDuckdb();
});
afterAll(async () => {
  await duckdb.close();
  rmSync(dir, { recursive: true });
});

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function written(format: RowFormat, rows: Iterable<Readonly<Record<string, unknown>>>): Promise<string> {
  const file = join(dir, `${crypto.randomUUID()}.${format}`);
  await writeWhole(file, rowContent(format, definition, each(rows)));
  return file;
}

const READ = {
  csv: (file: string) => `read_csv('${file}', all_varchar = true, allow_quoted_nulls = false)`,
  parquet: (file: string) => `read_parquet('${file}')`,
};

test('DuckDB reads from Parquet what a row holds, each column in its own type', async () => {
  const file = await written('parquet', [ROW, BARE]);
  expect(await duckdb.rows(`SELECT column_name || ' ' || column_type AS c FROM (DESCRIBE FROM '${file}')`)).toEqual(
    [
      'window_start TIMESTAMP WITH TIME ZONE',
      'window_end TIMESTAMP WITH TIME ZONE',
      'page VARCHAR',
      'views BIGINT',
      'ms DOUBLE',
      'top_id BIGINT',
      'latest TIMESTAMP WITH TIME ZONE',
      'ids JSON',
      'busy BOOLEAN',
      'unusual STRUCT(score DOUBLE, is_anomaly BOOLEAN, expected DOUBLE, lower DOUBLE, upper DOUBLE, reason VARCHAR)',
      'revision BIGINT',
      'late_events BIGINT',
      'is_final BOOLEAN',
      'partial BOOLEAN',
    ].map((c) => ({ c })),
  );
  const rows = await duckdb.rows(
    `SELECT epoch_ms(window_start) AS at, page, views, ms, CAST(top_id AS VARCHAR) AS top_id, epoch_ms(latest) AS latest,
       CAST(ids AS VARCHAR) AS ids, busy, unusual.score AS score, unusual.is_anomaly AS odd, unusual.upper AS high,
       unusual.reason AS reason, revision, late_events, is_final, partial FROM ${READ.parquet(file)}`,
  );
  const at = Date.parse(ROW.window_start);
  const common = { at, views: 3, revision: 2, late_events: 1, is_final: true, partial: false };
  expect(rows).toEqual([
    {
      ...common,
      ...{ page: '/ü, "x"', ms: 1.5, top_id: '9007199254740993', latest: Date.parse(ROW.latest), busy: true },
      ...{ ids: '[{"value":7,"count":2,"error":0}]', score: 0.25, odd: false, high: 9, reason: 'because' },
    },
    {
      ...common,
      ...{ page: null, ms: -1e300, top_id: null, latest: null, busy: null, ids: null },
      ...{ score: null, odd: false, high: null, reason: null },
    },
  ]);
});

test('Parquet of more rows than a row group holds has them all, in order', async () => {
  const file = await written(
    'parquet',
    Array.from({ length: 20_001 }, (_, i) => ({ ...ROW, views: i, page: `/${i % 7}` })),
  );
  const [sums] = await duckdb.rows(
    `SELECT count(*) AS n, sum(views) AS total, bool_and(page = '/' || (views % 7)) AS matches,
       bool_and(views = file_row_number) AS ordered FROM read_parquet('${file}', file_row_number = true)`,
  );
  expect(sums).toEqual({ n: 20_001, total: (20_001 * 20_000) / 2, matches: true, ordered: true });
  const groups = await duckdb.rows(`SELECT count(DISTINCT row_group_id) AS n FROM parquet_metadata('${file}')`);
  expect(groups).toEqual([{ n: 3 }]);
});

test.each(['csv', 'parquet'] as const)('a file of no rows has its columns: %s', async (format) => {
  const file = await written(format, []);
  expect(await duckdb.rows(`SELECT count(*) AS n FROM ${READ[format](file)}`)).toEqual([{ n: 0 }]);
  const [first] = await duckdb.rows(`SELECT column_name AS c FROM (DESCRIBE FROM ${READ[format](file)})`);
  expect(first).toEqual({ c: 'window_start' });
});

test('a whole number beyond 64 bits is refused in a sentence, and no file is left', async () => {
  await expect(written('parquet', [{ ...ROW, views: 1e20 }])).rejects.toThrow(
    "View 'pages', column 'views' holds 100000000000000000000, which does not fit into the 64 bits of a whole number in Parquet. Write CSV or JSON Lines.",
  );
});

test('DuckDB reads CSV as it was written, and nothing in it is a formula', async () => {
  const file = await written('csv', [ROW, { ...BARE, page: '=1+1' }, { ...ROW, page: '' }]);
  const rows = await duckdb.rows(`SELECT page, ms, ids, unusual, partial FROM ${READ.csv(file)}`);
  expect(rows).toMatchObject([
    { page: '/ü, "x"', ms: '1.5', ids: '[{"value":7,"count":2,"error":0}]', unusual: JSON.stringify(ROW.unusual) },
    { page: "'=1+1", ms: '-1e+300', ids: null, partial: 'false' },
    { page: '' },
  ]);
});
