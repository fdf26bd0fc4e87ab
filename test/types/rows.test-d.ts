import {
  type Anomaly,
  anomaly,
  approxCountDistinct,
  type Change,
  changeOver,
  count,
  countDistinct,
  type ForecastPoint,
  first,
  forecast,
  type GroupOf,
  histogram,
  last,
  max,
  mean,
  median,
  min,
  percentile,
  pipeline,
  quantile,
  type RowOf,
  rate,
  type Seasonality,
  seasonality,
  stddev,
  stream,
  sum,
  Timestamp,
  type Trend,
  Type,
  threshold,
  topK,
  trend,
  tumbling,
  variance,
  view,
  zScore,
} from 'streamgauge';
import { same } from './equal.ts';
import { orders } from './orders.ts';

interface Window {
  window_start: string;
  window_end: string;
  revision: number;
  late_events: number;
  is_final: boolean;
}
type Row<C> = { [K in keyof (Window & C)]: (Window & C)[K] };
type Top<T> = { readonly value: T; readonly count: number; readonly error: number };
type Bucket = { readonly from: number | null; readonly to: number | null; readonly count: number };

// Aggregates ---------------------------------------------------------------------------------------------------------

const everyAggregate = view('every_aggregate', orders)
  .window(tumbling('1 hour'))
  .aggregate((e) => ({
    events: count(),
    discounted: count(e.discount),
    revenue: sum(e.amount),
    saved: sum(e.discount),
    average: mean(e.amount),
    average_discount: mean(e.discount),
    least: min(e.amount),
    least_discount: min(e.discount),
    greatest_note: max(e.note),
    earliest: first(e.status),
    latest: last(e.channel),
    latest_paid: last(e.paid),
    last_sent: max(e.sent_at),
    spread: variance(e.amount),
    deviation: stddev(e.amount, { of: 'population' }),
    buyers: countDistinct(e.order_id, { limit: 100 }),
    about: approxCountDistinct(e.order_id),
    p95: quantile(e.amount, 0.95),
    p99: percentile(e.discount, 99),
    middle: median(e.items),
    top_notes: topK(e.note, 10),
    top_statuses: topK(e.status, 2, { limit: 3 }),
    top_times: topK(e.sent_at, 1),
    amounts: histogram(e.amount, { bounds: [0, 10] }),
    discounts: histogram(e.discount, { from: 0, to: 1, buckets: 4 }),
    per_second: rate(),
    discount_per_second: rate(e.discount),
  }));

same<
  RowOf<typeof everyAggregate>,
  Row<{
    events: number;
    discounted: number;
    revenue: number;
    saved: number;
    average: number;
    average_discount: number | null;
    least: number;
    least_discount: number | null;
    greatest_note: string | null;
    earliest: 'open' | 'paid' | 'sent';
    latest: 'web' | 'shop' | null;
    latest_paid: boolean;
    last_sent: string | null;
    spread: number | null;
    deviation: number | null;
    buyers: number | null;
    about: number;
    p95: number | null;
    p99: number | null;
    middle: number | null;
    top_notes: Top<string>[] | null;
    top_statuses: Top<'open' | 'paid' | 'sent'>[] | null;
    top_times: Top<string>[] | null;
    amounts: Bucket[];
    discounts: Bucket[];
    per_second: number;
    discount_per_second: number;
  }>
>(true);
same<GroupOf<typeof everyAggregate>, Record<never, never>>(true);

const everyAggregateWhere = view('every_aggregate_where', orders)
  .window(tumbling('1 hour'))
  .aggregate((e) => ({
    events: count().where(e.paid),
    revenue: sum(e.amount).where(e.paid),
    average: mean(e.amount).where(e.status.eq('paid')),
    least: min(e.amount).where(e.paid),
    greatest: max(e.order_id).where(e.paid),
    earliest: first(e.status).where(e.paid),
    latest: last(e.paid).where(e.gift),
    last_at: max(e.at).where(e.paid),
    spread: variance(e.amount).where(e.paid),
    deviation: stddev(e.amount).where(e.paid),
    buyers: countDistinct(e.order_id).where(e.paid),
    about: approxCountDistinct(e.order_id).where(e.paid),
    p95: quantile(e.amount, { q: 0.95, relativeError: 0.002 }).where(e.paid),
    top: topK(e.paid, 1).where(e.gift),
    amounts: histogram(e.amount, { bounds: [0] }).where(e.paid),
    per_second: rate().where(e.paid),
  }));

same<
  RowOf<typeof everyAggregateWhere>,
  Row<{
    events: number;
    revenue: number;
    average: number | null;
    least: number | null;
    greatest: string | null;
    earliest: 'open' | 'paid' | 'sent' | null;
    latest: boolean | null;
    last_at: string | null;
    spread: number | null;
    deviation: number | null;
    buyers: number | null;
    about: number;
    p95: number | null;
    top: Top<boolean>[] | null;
    amounts: Bucket[];
    per_second: number;
  }>
>(true);

// Groups and derived columns -----------------------------------------------------------------------------------------

const grouped = view('grouped', orders)
  .where((e) => e.amount.gt(0).and(e.gift.not()))
  .derive((e) => ({
    city: e.address.city,
    width: e.device.screen.width,
    eq: e.device.eq,
    net: e.amount.sub(e.discount.coalesce(0)),
    saved: e.amount.sub(e.discount),
    share: e.amount.div(e.items),
    path: e.note.urlPath(),
    id_path: e.order_id.urlPath(),
    hours: e.sent_at.msSince(e.at).div(3_600_000),
    is_big: e.amount.gte(100),
    channel_or_none: e.channel.coalesce('none'),
    created: e.at,
  }))
  .derive((e) => ({ net_share: e.net.div(e.amount) }))
  .window(tumbling('1 day', { offset: '5 hours' }), { allowedLateness: '1 hour', lateEvents: 'drop', buckets: 4 })
  .groupBy('city', 'status', 'width', 'is_big', 'channel_or_none', 'created', 'path', 'id_path')
  .aggregate((e) => ({
    orders: count(),
    net: sum(e.net),
    saved: mean(e.saved),
    share: max(e.share),
    hours: min(e.hours),
    net_share: last(e.net_share),
    eq: mean(e.eq),
  }));

same<
  RowOf<typeof grouped>,
  Row<{
    city: string | null;
    status: 'open' | 'paid' | 'sent';
    width: number;
    is_big: boolean | null;
    channel_or_none: 'web' | 'shop' | 'none';
    created: string;
    path: string | null;
    id_path: string;
    orders: number;
    net: number;
    saved: number | null;
    share: number | null;
    hours: number | null;
    net_share: number | null;
    eq: number;
  }>
>(true);
same<
  GroupOf<typeof grouped>,
  {
    city: string | null;
    status: 'open' | 'paid' | 'sent';
    width: number;
    is_big: boolean | null;
    channel_or_none: 'web' | 'shop' | 'none';
    created: string;
    path: string | null;
    id_path: string;
  }
>(true);

const derivedRows = view('derived_rows', orders)
  .groupBy('status', 'note')
  .window(tumbling('5 minutes'))
  .aggregate((e) => ({
    orders: count(),
    paid: count().where(e.paid),
    average: mean(e.discount),
    latest: max(e.sent_at),
  }))
  .derive((row) => ({
    paid_share: row.paid.div(row.orders),
    average_or_0: row.average.coalesce(0),
    doubled: row.orders.add(row.orders),
    shifted: row.average.add(row.orders),
    busy: row.orders.gt(100),
    lag_ms: row.window_end.msSince(row.latest),
    opens: row.window_start,
  }))
  .derive((row) => ({ percent: row.paid_share.mul(100), same_note: row.note.eq(row.status) }));

same<
  RowOf<typeof derivedRows>,
  Row<{
    status: 'open' | 'paid' | 'sent';
    note: string | null;
    orders: number;
    paid: number;
    average: number | null;
    latest: string | null;
    paid_share: number | null;
    average_or_0: number;
    doubled: number;
    shifted: number | null;
    busy: boolean | null;
    lag_ms: number | null;
    opens: string;
    percent: number | null;
    same_note: boolean | null;
  }>
>(true);
same<GroupOf<typeof derivedRows>, { status: 'open' | 'paid' | 'sent'; note: string | null }>(true);

/** The last groupBy counts. */
const regrouped = view('regrouped', orders)
  .groupBy('note')
  .window(tumbling('1 minute'))
  .groupBy('status')
  .aggregate(() => ({ n: count() }));
same<RowOf<typeof regrouped>, Row<{ status: 'open' | 'paid' | 'sent'; n: number }>>(true);
same<GroupOf<typeof regrouped>, { status: 'open' | 'paid' | 'sent' }>(true);

// Several event types in one stream ----------------------------------------------------------------------------------

const payments = stream('payments', {
  schema: Type.Union([
    Type.Object({
      kind: Type.Literal('charge'),
      account: Type.String(),
      cents: Type.Integer(),
      at: Timestamp('epoch-s'),
    }),
    Type.Object({
      kind: Type.Literal('refund'),
      account: Type.String(),
      cents: Type.Optional(Type.Integer()),
      reason: Type.String(),
      at: Timestamp('epoch-s'),
    }),
  ]),
  eventTime: 'at',
  partitionKey: 'account',
  maxLateness: '0 ms',
});

const byKind = view('by_kind', payments)
  .groupBy('kind', 'reason')
  .window(tumbling('1 hour'))
  .aggregate((e) => ({
    total: sum(e.cents),
    least: min(e.cents),
    why: last(e.reason),
    why_refunded: last(e.reason).where(e.kind.eq('refund')),
  }));
same<
  RowOf<typeof byKind>,
  Row<{
    kind: 'charge' | 'refund';
    reason: string | null;
    total: number;
    least: number | null;
    why: string | null;
    why_refunded: string | null;
  }>
>(true);

// Pipelines ----------------------------------------------------------------------------------------------------------

const both = pipeline('both', [regrouped, byKind]);
same<keyof (typeof both)['views'], 'regrouped' | 'by_kind'>(true);
same<RowOf<(typeof both)['views']['regrouped']>, RowOf<typeof regrouped>>(true);
same<GroupOf<(typeof both)['views']['by_kind']>, { kind: 'charge' | 'refund'; reason: string | null }>(true);

// The helper itself can say no.
same<RowOf<typeof regrouped>, Row<{ status: string; n: number }>>(false);
same<{ a: number }, { a?: number }>(false);
same<{ a: number }, { a: number | null }>(false);

// Rows of empty windows ----------------------------------------------------------------------------------------------

const withZeroes = view('with_zeroes', orders)
  .window(tumbling('1 hour'), { emptyWindows: 'zero', keepGroupsFor: 3, allowedLateness: '1 hour' })
  .groupBy('status')
  .aggregate((e) => ({ events: count(), revenue: sum(e.amount), average: mean(e.amount), latest: last(e.paid) }));
same<
  RowOf<typeof withZeroes>,
  Row<{
    status: 'open' | 'paid' | 'sent';
    events: number;
    revenue: number;
    average: number | null;
    latest: boolean | null;
  }>
>(true);

const withoutZeroes = view('without_zeroes', orders)
  .window(tumbling('1 hour'), { emptyWindows: 'skip' })
  .aggregate((e) => ({ average: mean(e.amount) }));
same<RowOf<typeof withoutZeroes>, Row<{ average: number }>>(true);

// Row operators ------------------------------------------------------------------------------------------------------

const changing = withZeroes
  .derive((row) => ({
    change: changeOver(row.revenue, { windows: 3 }),
    risen: row.revenue.changeOver({ windows: 3 }),
    rose: changeOver(row.average, { windows: 1 }).absolute.gt(0),
    usual: mean(row.revenue).over({ windows: 3 }),
  }))
  .derive((row) => ({ share: row.change.percent.div(100) }));
same<
  Pick<RowOf<typeof changing>, 'change' | 'risen' | 'rose' | 'usual' | 'share'>,
  { change: Change; risen: Change; rose: boolean | null; usual: number | null; share: number | null }
>(true);

const detecting = withZeroes
  .derive((row) => ({
    unusual: anomaly(row.events, { sensitivity: 0.7 }),
    far: zScore(row.average, { span: '1 day' }),
    state: threshold(row.events, { critical: { upper: 9 }, warning: { upper: 5, lower: 1 } }),
    load: trend(row.revenue, { windows: 12 }),
    round: seasonality(row.events),
    next: forecast(row.events, { horizon: 3 }),
  }))
  .derive((row) => ({
    alarm: row.unusual.is_anomaly.and(row.state.ne('normal')),
    above: row.unusual.upper.sub(row.events),
    rises: row.load.direction.eq('rising'),
    lap: row.round.period.mul(2),
    way: row.next.method.coalesce('none'),
  }));
type Detecting = RowOf<typeof detecting>;
same<Detecting['unusual'], Anomaly>(true);
same<Detecting['far'], Anomaly>(true);
same<Detecting['state'], 'normal' | 'critical_exceeded' | 'warning_exceeded' | 'warning_below'>(true);
same<Detecting['load'], Trend>(true);
same<Detecting['round'], Seasonality>(true);
same<Detecting['next'], { readonly points: ForecastPoint[] | null; readonly method: string | null }>(true);
same<
  Pick<Detecting, 'alarm' | 'above' | 'rises' | 'lap' | 'way'>,
  { alarm: boolean | null; above: number | null; rises: boolean | null; lap: number | null; way: string }
>(true);

const ofChanging = view('of_changing', changing)
  .where((row) => row.change.percent.gt(50))
  .window(tumbling('1 day'))
  .aggregate((row) => ({ largest: max(row.change.percent), average: mean(row.revenue) }));
same<RowOf<typeof ofChanging>, Row<{ largest: number | null; average: number }>>(true);

// Events as they are -------------------------------------------------------------------------------------------------

const named = view('named', orders).select(['tags', 'note', 'at']);
const made = view('made', orders)
  .select((e) => ({ amount: e.amount, large: e.amount.gt(100) }), { keepRows: '30 days' })
  .derive((row) => ({ twice: row.amount.mul(2) }));
same<GroupOf<typeof made>, { row_id: string }>(true);
interface Event {
  event_time: string;
  row_id: string;
  revision: number;
  late_events: number;
  is_final: boolean;
}
type EventRow<C> = { [K in keyof (Event & C)]: (Event & C)[K] };
same<RowOf<typeof named>, EventRow<{ tags: string[]; note: string | null; at: string }>>(true);
same<RowOf<typeof made>, EventRow<{ amount: number; large: boolean | null; twice: number }>>(true);
const ofMade = view('of_made', made)
  .window(tumbling('1 day'))
  .aggregate((row) => ({ largest: max(row.twice), latest: max(row.event_time) }));
same<RowOf<typeof ofMade>, Row<{ largest: number; latest: string }>>(true);
