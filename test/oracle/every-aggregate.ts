import {
  approxCountDistinct,
  count,
  countDistinct,
  first,
  histogram,
  last,
  max,
  mean,
  median,
  min,
  percentile,
  pipeline,
  quantile,
  rate,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  topK,
  tumbling,
  variance,
  view,
} from 'streamgauge';
import { isoText } from './clickstream-events.ts';
import { eventTimes, PAGES, Random } from './random-events.ts';

const MINUTE_MS = 60_000;

const sales = stream('sales', {
  schema: Type.Object({
    shop: Type.String(),
    price: Type.Number(),
    discount: Type.Optional(Type.Number()),
    items: Type.Optional(Type.Integer()),
    paid: Type.Optional(Type.Boolean()),
    customer: Type.Optional(
      Type.Object({
        name: Type.String(),
        age: Type.Optional(Type.Integer()),
        since: Type.Optional(Timestamp('epoch-s')),
      }),
    ),
    coupons: Type.Optional(Type.Array(Type.String())),
    at: Timestamp(),
  }),
  eventTime: 'at',
  partitionKey: 'shop',
  maxLateness: '2 minutes',
});

type Row<S> = S extends { where(condition: (event: infer E) => unknown): unknown } ? E : never;
const events = view('events', sales);

/** Each aggregate of each kind of field. */
function aggregates(e: Row<typeof events>) {
  return {
    n: count(),
    with_discount: count(e.discount),
    with_coupons: count(e.coupons),
    price_sum: sum(e.price),
    discount_sum: sum(e.discount),
    items_sum: sum(e.items),
    price_mean: mean(e.price),
    items_mean: mean(e.items),
    price_min: min(e.price),
    name_min: min(e.customer.name),
    since_min: min(e.customer.since),
    price_max: max(e.price),
    name_max: max(e.customer.name),
    at_max: max(e.at),
    price_variance: variance(e.price),
    price_variance_p: variance(e.price, { of: 'population' }),
    items_stddev: stddev(e.items),
    discount_stddev_p: stddev(e.discount, { of: 'population' }),
    names: countDistinct(e.customer.name),
    few_ages: countDistinct(e.customer.age, { limit: 20 }),
    about_names: approxCountDistinct(e.customer.name),
    about_times: approxCountDistinct(e.at),
    first_paid: first(e.paid),
    first_name: first(e.customer.name),
    first_since: first(e.customer.since),
    last_price: last(e.price),
    last_name: last(e.customer.name),
    last_paid: last(e.paid),
    price_p95: percentile(e.price, 95),
    discount_median: median(e.discount),
    age_p10: quantile(e.customer.age, { q: 0.1, relativeError: 0.05 }),
    top_names: topK(e.customer.name, 3),
    top_ages: topK(e.customer.age, 100, { limit: 20 }),
    top_paid: topK(e.paid, 1),
    top_since: topK(e.customer.since, 5),
    prices: histogram(e.price, { bounds: [-100, 0, 1, 1e9] }),
    items_spread: histogram(e.items, { from: -3, to: 9, buckets: 4 }),
    events_per_second: rate(),
    price_per_second: rate(e.price),
    items_per_second: rate(e.items),
  };
}

type Columns = ReturnType<typeof aggregates>;

function filtered(e: Row<typeof events>): Columns {
  const condition = () => e.discount.gt(0).or(e.paid.not(), e.customer.age.isNull().and(e.price.lt(500)));
  const each = Object.entries(aggregates(e)).map(([name, aggregate]) => [name, aggregate.where(condition())]);
  return Object.fromEntries(each) as Columns;
}

const minutes = tumbling('10 minutes', { offset: '90 seconds' });

/** Views with every aggregate, over no, one and several groups. */
export const everyAggregate = pipeline('every_aggregate', [
  view('of_all', sales).window(minutes).aggregate(aggregates),
  view('of_all_where', sales).window(minutes).aggregate(filtered),
  view('by_shop', sales).window(minutes).groupBy('shop').aggregate(aggregates),
  view('by_shop_where', sales).window(tumbling('7 minutes')).groupBy('shop').aggregate(filtered),
  view('by_three', sales)
    .derive((e) => ({ age: e.customer.age }))
    .window(tumbling('1 hour'), { buckets: 3 })
    .groupBy('paid', 'age', 'shop')
    .aggregate(aggregates),
  view('by_three_where', sales)
    .where((e) => e.price.gte(0).or(e.items.isNull()))
    .derive((e) => ({ since: e.customer.since, full_price: e.price.add(e.discount) }))
    .window(minutes)
    .groupBy('since', 'paid', 'items')
    .aggregate(filtered),
]);

const shapes = stream('shapes', {
  schema: Type.Object({ side: Type.Number(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'side',
  maxLateness: '0 ms',
});

/** Views over results that can be beyond the range of doubles. */
export const squares = pipeline('squares', [
  view('areas', shapes)
    .derive((e) => ({ area: e.side.mul(e.side) }))
    .window(minutes)
    .groupBy('area')
    .aggregate(() => ({ n: count() })),
  view('areas_of_all', shapes)
    .derive((e) => ({ area: e.side.mul(e.side) }))
    .window(minutes)
    .aggregate((e) => ({
      n: count(e.area),
      least: min(e.area),
      half: mean(e.area.mul(0.5)),
      areas: countDistinct(e.area),
    })),
  view('not_large', shapes)
    .where((e) => e.side.mul(e.side).gt(5).not())
    .window(minutes)
    .aggregate(() => ({ n: count() })),
]);

export function saleLines(seed: number, count: number): string[] {
  const random = new Random(seed);
  const [startMs, endMs] = [Date.parse('1969-12-31T22:00:00Z'), Date.parse('1970-01-01T02:00:00Z')];
  const timeline = { events: count, startMs, endMs, disorderMs: 2 * MINUTE_MS, edgeMs: 30_000 };
  return eventTimes(random, timeline).map((time) =>
    JSON.stringify({
      shop: random.pick(PAGES),
      price: random.pick([0, -0, 0.1, 19.99, random.below(100_000) / 100, -random.below(1000) / 7, 1e9 + 0.25]),
      discount: random.pick([null, undefined, 0, 0.5, random.next()]),
      items: random.pick([null, undefined, 1, 2, random.below(10), -3]),
      paid: random.pick([null, true, false]),
      customer: random.pick([null, undefined, customer(random), customer(random), customer(random)]),
      coupons: random.pick([null, undefined, [], ['x', 'y']]),
      at: isoText(random, time),
    }),
  );
}

function customer(random: Random): object {
  return {
    name: random.chance(0.2) ? random.pick(PAGES) : `n${random.below(2000)}`,
    age: random.pick([null, undefined, random.below(90)]),
    since: random.pick([null, undefined, 0, -1.5, random.below(1000) / 4]),
  };
}
