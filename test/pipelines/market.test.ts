import market from '../../pipelines/market.ts';
import { exampleLines, runExample } from './run-example.ts';

interface Trade {
  readonly symbol: string;
  readonly price: number;
  readonly shares: number;
  readonly at: number;
}

const lines = exampleLines('market/trades.jsonl.gz');
const trades = lines.map((line) => JSON.parse(line) as Trade);
const MINUTE_MS = 60_000;

let rows: Awaited<ReturnType<typeof runExample>>;
beforeAll(async () => {
  rows = await runExample(market, { trades: lines });
});

/** By symbol and minute, the trades in the order of time. */
const byBar = Map.groupBy(
  [...trades].sort((a, b) => a.at - b.at),
  ({ symbol, at }) => `${symbol} ${new Date(at - (at % MINUTE_MS)).toISOString()}`,
);

test('a bar has the first, greatest, least and last price, the volume and the average price by volume', () => {
  const bars = rows('bars_1min');
  expect(bars).toHaveLength(byBar.size);
  for (const bar of bars) {
    const of = byBar.get(`${bar.symbol} ${bar.window_start}`) ?? [];
    const prices = of.map(({ price }) => price);
    const volume = of.reduce((sum, { shares }) => sum + shares, 0);
    expect(bar).toMatchObject({
      trades: of.length,
      open: prices[0],
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1),
      volume,
    });
    expect(bar.vwap).toBeCloseTo(of.reduce((sum, { price, shares }) => sum + price * shares, 0) / volume, 9);
  }
});

test('the volatility of a quarter of an hour is the root of the sum of squared changes', () => {
  const bars = rows('bars_1min');
  const [row] = rows('volatility_15min').filter(
    ({ symbol, window_start: at }) => symbol === 'BIRCH' && at === '2026-01-15T15:00:00.000Z',
  );
  const closes = bars.flatMap(({ symbol, window_start: at, close }) =>
    symbol === 'BIRCH' && String(at) >= '2026-01-15T14:59' && String(at) < '2026-01-15T15:15' ? [Number(close)] : [],
  );
  expect(closes).toHaveLength(16);
  const changes = closes.slice(1).map((close, i) => (close / (closes[i] as number) - 1) * 100);
  expect(row?.volatility_percent).toBeCloseTo(Math.sqrt(changes.reduce((sum, each) => sum + each * each, 0)), 9);
});

test('the block, the jump and the fall are found, and one minute of the first ten', () => {
  const found = rows('anomalies_1h').map(({ symbol, first, minutes }) => [symbol, first, minutes]);
  expect(found).toEqual([
    ['BIRCH', '2026-01-15T14:39:00.000Z', 1],
    ['BIRCH', '2026-01-15T16:10:00.000Z', 1],
    ['MAPLE', '2026-01-15T16:35:00.000Z', 1],
    ['CEDAR', '2026-01-15T17:10:00.000Z', 1],
  ]);
});
