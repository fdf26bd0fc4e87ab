import { first, last, max, min, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const trades = stream('trades', {
  // An event that does not fit the schema becomes a dead letter, with the reason. Nothing stops.
  schema: Type.Object({
    symbol: Type.String(),
    price: Type.Number(),
    shares: Type.Integer(),
    time: Timestamp('iso8601'),
  }),
  // Bars go by when a trade happened, not by when it is read.
  eventTime: 'time',
  partitionKey: 'symbol',
  // How far behind the latest event one may be and still be on time.
  maxLateness: '10 seconds',
  idleTimeout: '1 minute',
});

const bars = view('bars_1min', trades)
  .derive((e) => ({ value: e.price.mul(e.shares) }))
  // A later trade still counts for an hour: its bar is replaced by the next revision.
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('symbol')
  .aggregate((e) => ({
    open: first(e.price),
    high: max(e.price),
    low: min(e.price),
    close: last(e.price),
    volume: sum(e.shares),
    value: sum(e.value),
  }))
  // The volume-weighted average price.
  .derive((row) => ({ vwap: row.value.div(row.volume) }));

export default pipeline('market', [bars]);
