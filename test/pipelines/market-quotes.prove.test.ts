import { join } from 'node:path';
import market from '../../pipelines/market.ts';
import { type Duckdb, openDuckdb } from '../oracle/duckdb.ts';
import { exampleLines, runExample } from './run-example.ts';

const lines = { trades: exampleLines('market/trades.jsonl.gz'), quotes: exampleLines('market/quotes.jsonl.gz') };
const fileOf = (name: string) => join(__dirname, `../../examples/market/${name}.jsonl.gz`);

let rows: Awaited<ReturnType<typeof runExample>>;
let database: Duckdb;
beforeAll(async () => {
  rows = await runExample(market, lines);
  database = await openDuckdb();
});
afterAll(() => database.close());

/** Written by hand, and not by the compiler of views. */
const SPREADS = `
  WITH quoted AS (
    SELECT t.symbol, t."at", t.price, t.shares,
      CASE WHEN t."at" - q."at" <= 60000 THEN q.bid END AS bid,
      CASE WHEN t."at" - q."at" <= 60000 THEN q.ask END AS ask
    FROM read_json('${fileOf('trades')}') t
    ASOF LEFT JOIN read_json('${fileOf('quotes')}') q ON t.symbol = q.symbol AND t."at" >= q."at"
  )
  SELECT symbol, floor(quoted."at" / 60000) AS minute, count(*)::DOUBLE AS trades, count(bid)::DOUBLE AS quoted,
    sum(shares)::DOUBLE AS volume, sum(price * shares) / sum(shares) AS vwap,
    avg(ask - bid) AS spread,
    sum(2 * abs(price - (ask + bid) / 2) * shares) / sum(shares) FILTER (WHERE bid IS NOT NULL) AS effective_spread
  FROM quoted GROUP BY ALL ORDER BY minute, symbol`;

test('a trade meets the quote that an ASOF join of DuckDB gives it, in spread and in price by volume', async () => {
  const expected = await database.rows(SPREADS);
  expect(expected.length).toBeGreaterThan(300);
  const found = rows('spreads_1min');
  expect(
    found.map(({ symbol, window_start, trades, quoted, volume }) => {
      return { symbol, minute: Date.parse(String(window_start)) / 60_000, trades, quoted, volume };
    }),
  ).toEqual(
    expected.map(({ symbol, minute, trades, quoted, volume }) => {
      return { symbol, minute: Number(minute), trades, quoted, volume };
    }),
  );
  for (const [index, row] of found.entries()) {
    for (const name of ['vwap', 'spread', 'effective_spread']) {
      expect(row[name]).toBeCloseTo(Number(expected[index]?.[name]), 9);
    }
  }
});

test('a trade is at a bid or an ask, of a quote that may be older: it costs the spread, and seldom much more', () => {
  const all = rows('spreads_1min');
  const of = (name: string) => all.reduce((sum, row) => sum + Number(row[name]), 0);
  expect(of('quoted') / of('trades')).toBeGreaterThan(0.99);
  const ratios = all
    .map(({ effective_spread, spread }) => Number(effective_spread) / Number(spread))
    .sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)];
  expect(middle).toBeGreaterThan(1);
  expect(middle).toBeLessThan(1.3);
});
