import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendar, count, pipeline, rate, stream, sum, Timestamp, Type, tumbling, view, when } from 'streamgauge';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

const visits = stream('visits', {
  schema: Type.Object({
    url: Type.String(),
    details: Type.Any(),
    tags: Type.Optional(Type.Array(Type.String())),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'url',
  maxLateness: '1 minute',
});

const perDay = view('per_day', visits)
  .window(calendar('day', { timeZone: 'America/New_York' }), { allowedLateness: '3 days' })
  .aggregate(() => ({ visits: count(), a_second: rate() }));

const perWeek = view('per_week', visits)
  .window(calendar('week', { timeZone: 'America/Havana', weekStart: 'sunday' }), { allowedLateness: '3 days' })
  .aggregate(() => ({ visits: count() }));

const perHost = view('per_host', visits)
  .where((e) => e.url.matches('^https?://'))
  .derive((e) => ({
    host: e.url.urlHost(),
    country: e.details.textAt('geo.country').upper(),
    size: when(e.details.numberAt('bytes').gt(1000)).then('large').otherwise('small'),
    tag: e.tags.textAt('[0]'),
    day: e.at.truncate('day', 'America/New_York'),
  }))
  .window(tumbling('1 hour'), { allowedLateness: '3 days' })
  .groupBy('host', 'country', 'size', 'tag', 'day')
  .aggregate((e) => ({
    visits: count(),
    bytes: sum(e.details.numberAt('bytes')),
    ok: count().where(e.details.booleanAt('ok')),
  }));

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'functions-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test.each(['2019-03-08T00:00:00Z', '2019-11-01T00:00:00Z'])(
  'days and weeks of a calendar from %s on have the rows of DuckDB',
  async (from) => {
    const file = join(dir, 'days.jsonl');
    const lines = Array.from({ length: 400 }, (_, i) =>
      JSON.stringify({ url: '/', details: 1, at: new Date(Date.parse(from) + i * 1_000_000).toISOString() }),
    );
    writeFileSync(file, lines.join('\n'));
    const exported = pipeline('days', [perDay, perWeek]);
    const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 50 });
    for (const each of viewsOf(exported)) {
      const rows = rowsOf(run, each);
      expect(differences(each, rows, await oracleRows(database, each, [file]))).toEqual([]);
      expect(rows.length).toBeGreaterThan(1);
    }
  },
);

test('functions of URLs, JSON and time zones in a pipeline give the rows of DuckDB', async () => {
  const file = join(dir, 'visits.jsonl');
  const details = [
    { geo: { country: 'de' }, bytes: 1500, ok: true },
    { bytes: '7' },
    [1],
    'x',
    { ok: 'yes' },
    { bytes: 2.5 },
  ];
  const lines = Array.from({ length: 300 }, (_, i) =>
    JSON.stringify({
      url: ['https://A.example/x?y=1', 'http://b.example', '/path'][i % 3],
      details: details[i % 6],
      ...(i % 4 > 0 && { tags: i % 4 === 1 ? [] : ['t', 'u'] }),
      at: new Date(Date.parse('2019-03-10T03:00:00Z') + i * 400_000).toISOString(),
    }),
  );
  writeFileSync(file, lines.join('\n'));
  const exported = pipeline('functions', [perHost]);
  const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 50 });
  const [only] = viewsOf(exported);
  if (only === undefined) throw new TypeError('There is no view.');
  const rows = rowsOf(run, only);
  expect(differences(only, rows, await oracleRows(database, only, [file]))).toEqual([]);
  expect(rows.some((row) => row.country === 'DE' && row.size === 'large' && row.tag === 't')).toBe(true);
});
