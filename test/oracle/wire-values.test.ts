import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  count,
  Decimal,
  field,
  max,
  mean,
  min,
  Numeric,
  pipeline,
  rate,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import { createBronzeTable, createTrinoMacros, inDuckdb } from './athena-in-duckdb.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { Random } from './random-events.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

const { Optional } = Type;

/** One type, and another that shares objects with it, each in the words of senders. */
const at = Optional(field('@timestamp', Timestamp('auto')));
const got = Optional(field('got-at', Timestamp('epoch-s')));
const trades = stream('trades', {
  schema: Type.Union([
    Type.Object({
      kind: Type.Literal('trade'),
      at,
      got,
      symbol: field('the symbol', Type.String()),
      price: Numeric(),
      fee: Optional(Decimal({ scale: 2 })),
      who: field('who.is', Type.Object({ name: Type.String(), rank: Optional(field('r-k', Type.Integer())) })),
      ref: Type.String(),
      unread: Optional(Type.Integer()),
    }),
    Type.Object({
      kind: Type.Literal('quote'),
      at,
      got,
      symbol: field('the symbol', Type.String()),
      who: Optional(field('who.is', Type.Object({ desk: Optional(Type.String()) }))),
      ref: Type.Number(),
    }),
  ]),
  eventTime: ['at', 'got', 'arrival'],
  partitionKey: 'symbol',
  maxLateness: '5 minutes',
});

const perSymbol = view('per_symbol', trades)
  .derive((e) => ({ net: e.price.sub(e.fee.coalesce(0)), change: e.fee.add(0.01) }))
  .window(tumbling('10 minutes'), { allowedLateness: '1 day' })
  .groupBy('symbol')
  .aggregate((e) => ({
    events: count(),
    volume: sum(e.price),
    fees: sum(e.fee),
    changes: sum(e.change),
    mean_fee: mean(e.fee),
    mean_price: mean(e.price),
    fee_rate: rate(e.fee),
    high: max(e.price),
    low: min(e.net),
    names: max(e.who.name),
    ranks: sum(e.who.rank),
    desks: count(e.who.desk),
    numbers: sum(e.ref.asNumber()),
    seen: max(e.at),
  }));
const perDay = view('per_day', perSymbol)
  .window(tumbling('1 day'))
  .aggregate((row) => ({ fees: sum(row.fees), mean_fee: mean(row.mean_fee) }));

const START = Date.parse('2024-01-31T08:00:00Z');

function lines(random: Random, length: number): string[] {
  return Array.from({ length }, (_, n) => {
    const ms = START + n * 20_000;
    const iso = new Date(ms).toISOString();
    const time = random.pick([
      iso,
      ms,
      ms / 1000,
      String(ms / 1000),
      `${iso.slice(0, 19)} UTC`,
      new Date(ms).toUTCString(),
    ]);
    const event = {
      kind: 'trade',
      'the symbol': random.pick(['a', 'b']),
      '@timestamp': random.pick([time, time, time, null, 'soon']),
      'got-at': random.pick<number | string>([ms / 1000, String(ms / 1000)]),
      price: random.pick(['0.01633102', '9.5', 10.25, { N: '12.50' }, '1e1']),
      fee: random.pick([undefined, null, '0.10', 0.2, { N: '0.30' }]),
      'who.is': { name: random.pick(['ann', 'bob']), 'r-k': random.pick([undefined, 1, 2]), rank: 50 },
      ref: random.pick(['7', '2.5', 'x']),
      unread: random.pick([undefined, 1, 'x']),
    };
    if (random.chance(0.3)) {
      const quote = { ...event, kind: 'quote', ref: 4, price: undefined, fee: undefined, unread: undefined };
      return JSON.stringify({ ...quote, 'who.is': random.pick([null, { desk: 'd' }, {}]) });
    }
    const bad = random.pick<object>([{ price: '1,0' }, { fee: '0.001' }, { 'the symbol': null }]);
    return JSON.stringify(random.chance(0.05) ? { ...event, ...bad } : event);
  });
}

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'wire-values-'));
  database = await openDuckdb();
  await createTrinoMacros(database);
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

test('what senders write is read alike by the engine, by DuckDB, and by what stands for Athena', async () => {
  const exported = pipeline('trades', [perSymbol, perDay]);
  const sent = lines(new Random(17), 400);
  const file = join(dir, 'trades.jsonl');
  writeFileSync(file, sent.join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 50 });
  expect(run.summary.counters.dead).toBeGreaterThan(3);
  const [plan] = compilePipeline(pipelineDefinition(exported, 'the test')).streams;
  await createBronzeTable(database, trades as never, sent, dir, plan?.validate);
  for (const each of viewsOf(exported)) {
    const rows = rowsOf(run, each);
    expect(rows.length).toBeGreaterThan(0);
    expect(differences(each, rows, await oracleRows(database, each, [file]))).toEqual([]);
    expect(differences(each, rows, await database.rows(inDuckdb(athenaStatement(each))))).toEqual([]);
  }
});
