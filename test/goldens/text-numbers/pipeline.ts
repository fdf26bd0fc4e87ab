import {
  count,
  Decimal,
  max,
  mean,
  min,
  Numeric,
  pipeline,
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
    price: Numeric(),
    quantity: Type.Optional(Numeric()),
    fee: Type.Optional(Decimal({ scale: 2 })),
    note: Type.Optional(Type.String()),
    t: Timestamp('epoch-s'),
  }),
  eventTime: 't',
  partitionKey: 'symbol',
  maxLateness: '10 minutes',
});

const rows = view('rows', trades)
  .derive((e) => ({ noted: e.note.toNumber() }))
  .window(tumbling('1 minute'))
  .groupBy('symbol')
  .aggregate((e) => ({
    trades: count(),
    volume: sum(e.quantity),
    highest: max(e.price),
    lowest: min(e.price),
    fees: sum(e.fee),
    mean_fee: mean(e.fee),
    largest_fee: max(e.fee),
    doubled: sum(e.fee.add(e.fee.coalesce(0))),
    noted: max(e.noted),
  }));

const hours = view('hours', rows)
  .window(tumbling('1 hour'))
  .aggregate((row) => ({ fees: sum(row.fees) }));

export default pipeline('golden', [rows, hours]);
