import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  calendar,
  changeOver,
  count,
  max,
  mean,
  pipeline,
  shareOfTotal,
  stream,
  sum,
  Timestamp,
  Type,
  view,
  zScore,
} from 'streamgauge';
import { seededRandom } from '../support/seeded-random.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

const visits = stream('visits', {
  schema: Type.Object({ shop: Type.Integer(), n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'shop',
  maxLateness: '1 day',
});

/** Some months of a spring, and some of an autumn: with pauses of days. */
function lines(): string[] {
  const random = seededRandom(17);
  return ['2019-02-20T00:00:00Z', '2019-10-20T00:00:00Z'].flatMap((from) => {
    let at = Date.parse(from);
    return Array.from({ length: 120 }, () => {
      at += random.chance(0.1) ? random.whole(9 * 86_400_000) : random.whole(20 * 3_600_000);
      return JSON.stringify({ shop: random.whole(3), n: random.whole(9), at });
    });
  });
}

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'calendar-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test.each([
  calendar('day', { timeZone: 'America/New_York' }),
  calendar('day'),
  calendar('week', { timeZone: 'Australia/Lord_Howe', weekStart: 'sunday' }),
  calendar('month', { timeZone: 'America/Sao_Paulo' }),
])('rows of empty windows, and columns that look back, are the same in DuckDB: case %#', async (window) => {
  const own = view('own', visits)
    .window(window, { emptyWindows: 'zero', keepGroupsFor: 4 })
    .groupBy('shop')
    .aggregate((e) => ({ visits: count(), n: sum(e.n), most: max(e.n) }))
    .derive((row) => ({
      change: changeOver(row.n, { windows: 2 }),
      usual: mean(row.visits).over({ windows: 3 }),
      odd: zScore(row.visits, { rows: 3 }),
      share: shareOfTotal(row.visits),
    }));
  const exported = pipeline('calendars', [own]);
  const file = join(dir, 'visits.jsonl');
  writeFileSync(file, lines().join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 30 });
  for (const of of viewsOf(exported)) {
    const expected = await oracleRows(database, of, [file]);
    expect({ found: differences(of, rowsOf(run, of), expected) }).toEqual({ found: [] });
    expect(expected.some(({ visits: n }) => Number(n) === 0)).toBe(true);
  }
});
