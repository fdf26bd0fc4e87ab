import { asOfJoin, count, intervalJoin, mean, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';

const schema = Type.Object({ session: Type.String(), item: Type.Integer(), at: Timestamp('epoch-ms') });

const common = { schema, eventTime: 'at', partitionKey: 'session', maxLateness: '1 minute' } as const;
const clicks = stream('clicks', common);
// Orders are few: a shard without any holds nothing back for long.
const orders = stream('orders', { ...common, idleTimeout: '10 seconds' });

// Which clicks led to an order of the same item within half an hour.
const attribution = intervalJoin('attribution', clicks, orders, {
  type: 'left',
  on: { session: 'session', item: 'item' },
  between: ['0 minutes', '30 minutes'],
});

const clicksDaily = view('clicks_1d', attribution)
  .derive((e) => ({ time_to_purchase_seconds: e.orders.at.msSince(e.clicks.at).div(1000) }))
  .window(tumbling('1 day'))
  .aggregate((e) => ({
    clicks: count(),
    purchases: count(e.orders.at),
    mean_time_to_purchase_seconds: mean(e.time_to_purchase_seconds),
  }))
  .derive((row) => ({ conversion: row.purchases.div(row.clicks) }));

// What each order was preceded by, however long ago.
const preceded = asOfJoin('preceded', orders, clicks, { on: { session: 'session', item: 'item' } });

const ordersDaily = view('orders_1d', preceded)
  .derive((e) => ({ hours_since_click: e.orders.at.msSince(e.clicks.at).div(3_600_000) }))
  .window(tumbling('1 day'))
  .aggregate((e) => ({
    orders: count(),
    clicked_before: count(e.clicks.at),
    mean_hours_since_click: mean(e.hours_since_click),
  }));

export default pipeline('shop', [clicksDaily, ordersDaily]);
