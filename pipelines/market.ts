/**
 * Trades of shares: bars of a minute, how much prices move, minutes that are unusual, and each trade beside the quote at it.
 *
 *   npm start -- --pipeline market
 *   streamgauge run pipelines/market.ts --input trades=examples/market/trades.jsonl.gz \
 *     --input quotes=examples/market/quotes.jsonl.gz --out out/market
 */
import {
  asOfJoin,
  count,
  first,
  greatest,
  last,
  least,
  max,
  mean,
  min,
  pipeline,
  robust,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';

const trades = stream('trades', {
  schema: Type.Object({
    symbol: Type.String(),
    price: Type.Number(),
    shares: Type.Integer(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'symbol',
  maxLateness: '5 seconds',
  // Few shares are few keys: a shard may have none of them, and must not hold the others back.
  idleTimeout: '10 seconds',
});

// Open, high, low and close, volume, and the volume-weighted average price. The true range is how far the price went, from the close
// before on: a jump between two bars has one, and so has a fall that is over within a bar. What is unusual is told beside the share's
// last half hour.
const bars = view('bars_1min', trades)
  .derive((e) => ({ value: e.price.mul(e.shares) }))
  .window(tumbling('1 minute'), { allowedLateness: '5 minutes' })
  .groupBy('symbol')
  .aggregate((e) => ({
    trades: count(),
    open: first(e.price),
    high: max(e.price),
    low: min(e.price),
    close: last(e.price),
    volume: sum(e.shares),
    value: sum(e.value),
  }))
  .derive((row) => ({ vwap: row.value.div(row.volume), change: row.close.changeOver({ windows: 1 }) }))
  .derive((row) => ({
    change_percent: row.change.percent,
    range_percent: greatest(row.high, row.change.from)
      .sub(least(row.low, row.change.from))
      .div(row.change.from.coalesce(row.open))
      .mul(100),
  }))
  .derive((row) => ({
    unusual_range: robust(row.range_percent, { rows: 30, threshold: 10 }),
    unusual_volume: robust(row.volume, { rows: 30, threshold: 10 }),
  }));

// Realized volatility: the root of the sum of squared changes, of a quarter of an hour, every five minutes.
const volatility = view('volatility_15min', bars)
  .derive((row) => ({ squared: row.change_percent.mul(row.change_percent) }))
  .window(sliding({ size: '15 minutes', slide: '5 minutes' }))
  .groupBy('symbol')
  .aggregate((row) => ({ minutes: count(row.change_percent), squared: sum(row.squared) }))
  .derive((row) => ({ volatility_percent: row.squared.sqrt() }));

const anomalies = view('anomalies_1h', bars)
  .where((row) => row.unusual_range.is_anomaly.or(row.unusual_volume.is_anomaly))
  .window(tumbling('1 hour'))
  .groupBy('symbol')
  .aggregate((row) => ({
    minutes: count(),
    first: min(row.window_start),
    widest_range_percent: max(row.range_percent),
    most_volume: max(row.volume),
  }));

const quotes = stream('quotes', {
  schema: Type.Object({
    symbol: Type.String(),
    bid: Type.Number(),
    ask: Type.Number(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'symbol',
  maxLateness: '5 seconds',
  idleTimeout: '10 seconds',
});

// Each trade with the last quote at or before it; one of more than a minute ago tells nothing of the price now.
const atQuotes = asOfJoin('trades_at_quotes', trades, quotes, { on: { symbol: 'symbol' }, tolerance: '1 minute' });

// The quoted spread is from bid to ask. What a trade cost is twice how far its price is from their middle: the effective spread.
const spreads = view('spreads_1min', atQuotes)
  .derive((e) => ({
    symbol: e.trades.symbol,
    shares: e.trades.shares,
    value: e.trades.price.mul(e.trades.shares),
    spread: e.quotes.ask.sub(e.quotes.bid),
    effective: e.trades.price.sub(e.quotes.ask.add(e.quotes.bid).div(2)).abs().mul(2),
  }))
  .derive((e) => ({ effective_value: e.effective.mul(e.shares) }))
  .window(tumbling('1 minute'))
  .groupBy('symbol')
  .aggregate((e) => ({
    trades: count(),
    quoted: count(e.spread),
    volume: sum(e.shares),
    quoted_volume: sum(e.shares).where(e.spread.isNull().not()),
    value: sum(e.value),
    spread: mean(e.spread),
    effective_value: sum(e.effective_value),
  }))
  .derive((row) => ({ vwap: row.value.div(row.volume), effective_spread: row.effective_value.div(row.quoted_volume) }))
  .derive((row) => ({ spread_basis_points: row.spread.div(row.vwap).mul(10_000) }));

export default pipeline('market', [bars, volatility, anomalies, spreads]);
