import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  argMax,
  calendar,
  count,
  global,
  max,
  mean,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import type { Duration } from '../../engine/ir/duration.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

const payments = stream('payments', {
  schema: Type.Object({
    customer: Type.Optional(Type.String()),
    shop: Type.Integer(),
    cents: Type.Integer(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'shop',
  maxLateness: '5 minutes',
});

const spent = (emitEvery: Duration) =>
  view('spent', payments)
    .where((e) => e.cents.gt(0))
    .derive((e) => ({ euros: e.cents.div(100) }))
    .window(global({ emitEvery }))
    .groupBy('customer', 'shop')
    .aggregate((e) => ({ payments: count(), cents: sum(e.cents), most: max(e.euros), best: argMax(e.at, e.cents) }))
    .derive((row) => ({ mean_cents: row.cents.div(row.payments) }));

/** In the order of time: of late events a total's interval depends on when they come. */
function lines(seed: number): string[] {
  const random = seededRandom(seed);
  let at = Date.parse('2026-03-28T20:00:00Z');
  return Array.from({ length: 250 }, () => {
    at += random.chance(0.1) ? random.whole(12 * 3_600_000) : random.whole(120_000);
    const customer = random.chance(0.1) ? null : `c${random.whole(4)}`;
    return JSON.stringify({ customer, shop: random.whole(3), cents: random.whole(900) - 50, at });
  });
}

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'totals-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test.each([
  ['1 minute', tumbling('1 hour')],
  ['7 minutes', tumbling('10 minutes', { offset: '3 minutes' })],
  ['1 hour', tumbling('5 minutes')],
  ['10 minutes', calendar('day', { timeZone: 'Europe/Paris' })],
] as const)('windows over totals are the same in DuckDB: case %#, every %s', async (every, window) => {
  const totals = spent(every);
  const perShop = view('per_shop', totals)
    .where((row) => row.cents.gt(100))
    .window(window)
    .groupBy('shop')
    .aggregate((row) => ({
      customers: count(),
      cents: sum(row.cents),
      most: max(row.most),
      mean: mean(row.payments),
      last: max(row.best),
    }));
  const exported = pipeline('totals', [totals, perShop]);
  const file = join(dir, 'payments.jsonl');
  writeFileSync(file, lines(every.length).join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 3, batch: 20 });
  for (const of of viewsOf(exported)) {
    const expected = await oracleRows(database, of, [file]);
    expect({ view: of.name, found: differences(of, rowsOf(run, of), expected) }).toEqual({ view: of.name, found: [] });
    expect(expected.length).toBeGreaterThan(8);
  }
});
