import {
  approxCountDistinct,
  count,
  countDistinct,
  type GroupOf,
  last,
  max,
  mean,
  min,
  pipeline,
  type RowOf,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';

/** Five pipelines as people write them: what type checking one costs is held to a budget (`budget.prove.test.ts`). */

// Clicks on a web site ------------------------------------------------------------------------------------------------

const clicks = stream('clicks', {
  schema: Type.Object({
    event_id: Type.String(),
    user_id: Type.String(),
    page_url: Type.String(),
    action: Type.Enum(['view', 'click']),
    referrer: Type.Optional(Type.String()),
    device: Type.Object({ os: Type.String(), width: Type.Integer() }),
    timestamp: Timestamp('iso8601'),
  }),
  eventTime: 'timestamp',
  eventId: 'event_id',
  partitionKey: 'user_id',
  maxLateness: '10 minutes',
});
const pages = view('pages', clicks)
  .derive((e) => ({ page: e.page_url.urlPath(), is_mobile: e.device.width.lt(800) }))
  .window(tumbling('5 minutes'), { allowedLateness: '1 hour' })
  .groupBy('page', 'is_mobile')
  .aggregate((e) => ({
    views: count().where(e.action.eq('view')),
    clicks: count().where(e.action.eq('click')),
    users: approxCountDistinct(e.user_id),
    from: last(e.referrer).where(e.referrer.ne('')),
  }))
  .derive((row) => ({ click_through_rate: row.clicks.div(row.views) }));
export const clickstream = pipeline('clickstream', [pages]);

// Log of a web server -------------------------------------------------------------------------------------------------

const requests = stream('requests', {
  schema: Type.Object({
    ip: Type.String(),
    method: Type.String(),
    path: Type.String(),
    status: Type.Integer(),
    bytes: Type.Optional(Type.Integer()),
    time: Timestamp('epoch-ms'),
  }),
  eventTime: 'time',
  partitionKey: 'ip',
  maxLateness: '1 minute',
});
const traffic = view('traffic', requests)
  .where((e) => e.method.in(['GET', 'POST']))
  .derive((e) => ({ is_error: e.status.gte(500) }))
  .window(tumbling('1 minute'))
  .groupBy('path')
  .aggregate((e) => ({
    requests: count(),
    errors: count().where(e.is_error),
    bytes: sum(e.bytes),
    largest: max(e.bytes),
    visitors: countDistinct(e.ip, { limit: 5000 }),
  }))
  .derive((row) => ({ error_rate: row.errors.div(row.requests) }))
  .derive((row) => ({ is_healthy: row.error_rate.lt(0.01).or(row.requests.lt(10)) }));
const errors = view('errors', requests)
  .where((e) => e.status.gte(400).and(e.status.lt(600)))
  .window(tumbling('1 hour'))
  .groupBy('status', 'path')
  .aggregate((e) => ({ requests: count(), latest: max(e.time) }));
export const weblog = pipeline('weblog', [traffic, errors]);

// Sensors -------------------------------------------------------------------------------------------------------------

const readings = stream('readings', {
  schema: Type.Object({
    sensor: Type.String(),
    site: Type.Object({ plant: Type.String(), line: Type.Object({ name: Type.String(), number: Type.Integer() }) }),
    celsius: Type.Number(),
    humidity: Type.Optional(Type.Number()),
    battery: Type.Union([Type.Number(), Type.Null()]),
    measured_at: Timestamp('epoch-s'),
    sent_at: Type.Optional(Timestamp('epoch-s')),
  }),
  eventTime: 'measured_at',
  partitionKey: 'sensor',
  maxLateness: '1 hour',
  maxFutureSkew: '5 minutes',
});
const climate = view('climate', readings)
  .derive((e) => ({
    plant: e.site.plant,
    line: e.site.line.number,
    fahrenheit: e.celsius.mul(1.8).add(32),
    delay_ms: e.sent_at.msSince(e.measured_at),
  }))
  .groupBy('plant', 'line')
  .window(tumbling('10 seconds'))
  .aggregate((e) => ({
    coldest: min(e.fahrenheit),
    average: mean(e.celsius),
    spread: stddev(e.celsius),
    hottest: max(e.celsius),
    humidity: mean(e.humidity),
    battery: min(e.battery).where(e.battery.gt(0)),
    delay_ms: mean(e.delay_ms),
  }))
  .derive((row) => ({ range: row.hottest.sub(row.coldest), score: row.average.div(row.spread) }));
export const sensors = pipeline('sensors', [climate]);

// Payments: several event types in one stream -------------------------------------------------------------------------

const payments = stream('payments', {
  schema: Type.Union([
    Type.Object({
      type: Type.Literal('charge'),
      id: Type.String(),
      account: Type.String(),
      cents: Type.Integer(),
      card: Type.String(),
      at: Timestamp('iso8601'),
    }),
    Type.Object({
      type: Type.Literal('refund'),
      id: Type.String(),
      account: Type.String(),
      cents: Type.Integer(),
      reason: Type.String(),
      at: Timestamp('iso8601'),
    }),
    Type.Object({ type: Type.Literal('login'), id: Type.String(), account: Type.String(), at: Timestamp('iso8601') }),
  ]),
  eventTime: 'at',
  eventId: 'id',
  partitionKey: 'account',
  maxLateness: '5 minutes',
});
const accounts = view('accounts', payments)
  .window(tumbling('1 hour'), { allowedLateness: '1 day', buckets: 8 })
  .groupBy('account')
  .aggregate((e) => ({
    charges: count().where(e.type.eq('charge')),
    charged: sum(e.cents).where(e.type.eq('charge')),
    refunded: sum(e.cents).where(e.type.eq('refund')),
    cards: countDistinct(e.card),
    reason: last(e.reason),
  }))
  .derive((row) => ({ net: row.charged.sub(row.refunded), is_odd: row.cards.gt(3).or(row.refunded.gt(row.charged)) }));
const reasons = view('reasons', payments)
  .where((e) => e.type.eq('refund').and(e.reason.isNull().not()))
  .window(tumbling('1 day', { offset: '6 hours' }))
  .groupBy('reason')
  .aggregate((e) => ({ refunds: count(), cents: sum(e.cents), average: mean(e.cents) }));
export const fraud = pipeline('fraud', [accounts, reasons]);

// Orders of a shop ----------------------------------------------------------------------------------------------------

const orders = stream('orders', {
  schema: Type.Object({
    order_id: Type.String(),
    status: Type.Enum(['open', 'paid', 'sent', 'returned']),
    total: Type.Number(),
    discount: Type.Optional(Type.Number()),
    customer: Type.Object({
      id: Type.String(),
      is_new: Type.Boolean(),
      address: Type.Optional(Type.Object({ country: Type.String(), city: Type.Optional(Type.String()) })),
    }),
    lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })),
    created: Timestamp(),
  }),
  eventTime: 'created',
  eventId: 'order_id',
  partitionKey: 'customer.id',
  maxLateness: '1 day',
});
const revenue = view('revenue', orders)
  .derive((e) => ({
    country: e.customer.address.country.coalesce('unknown'),
    net: e.total.sub(e.discount.coalesce(0)),
  }))
  .window(tumbling('1 day'), { lateEvents: 'drop' })
  .groupBy('country')
  .aggregate((e) => ({
    orders: count(),
    first_orders: count().where(e.customer.is_new),
    customers: approxCountDistinct(e.customer.id),
    revenue: sum(e.net).where(e.status.ne('returned')),
    returned: sum(e.net).where(e.status.eq('returned')),
  }))
  .derive((row) => ({ order_value: row.revenue.div(row.orders), share_returned: row.returned.div(row.revenue) }));
export const shop = pipeline('shop', [revenue]);

// What a reader of the rows uses.
export type Rows = {
  pages: RowOf<typeof pages>;
  traffic: RowOf<typeof traffic>;
  errors: RowOf<typeof errors>;
  climate: RowOf<typeof climate>;
  accounts: RowOf<typeof accounts>;
  reasons: RowOf<typeof reasons>;
  revenue: RowOf<typeof revenue>;
};
export type Groups = [GroupOf<typeof pages>, GroupOf<typeof climate>, GroupOf<typeof accounts>];
