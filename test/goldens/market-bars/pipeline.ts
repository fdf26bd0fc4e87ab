import { first, last, max, min, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';

const events = stream('events', {
  schema: Type.Object({
    symbol: Type.String(),
    price: Type.Number(),
    shares: Type.Integer(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  partitionKey: 'symbol',
  maxLateness: '1 minute',
});

const rows = view('rows', events)
  .derive((e) => ({ value: e.price.mul(e.shares) }))
  .window(tumbling('10 seconds'))
  .groupBy('symbol')
  .aggregate((e) => ({
    open: first(e.price),
    high: max(e.price),
    low: min(e.price),
    close: last(e.price),
    shares: sum(e.shares),
    value: sum(e.value),
  }))
  .derive((row) => ({ vwap: row.value.div(row.shares) }));

export default pipeline('golden', [rows]);
