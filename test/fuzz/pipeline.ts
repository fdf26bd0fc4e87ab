import {
  anomaly,
  approxCountDistinct,
  changeOver,
  changePoint,
  count,
  countDistinct,
  pipeline as define,
  ewma,
  first,
  forecast,
  global,
  histogram,
  last,
  max,
  mean,
  median,
  min,
  quantile,
  rate,
  robust,
  seasonal,
  seasonality,
  session,
  sliding,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  topK,
  trend,
  tumbling,
  variance,
  view,
  zScore,
} from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';

const events = stream('events', {
  schema: Type.Object({
    id: Type.String(),
    user: Type.String(),
    amount: Type.Optional(Type.Number()),
    items: Type.Optional(Type.Integer()),
    paid: Type.Optional(Type.Boolean()),
    born: Type.Optional(Timestamp('iso8601')),
    place: Type.Optional(Type.Object({ city: Type.String(), constructor: Type.Optional(Type.String()) })),
    at: Timestamp(),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
  eventId: 'id',
  dedupe: { within: '1 hour' },
});

const everything = view('everything', events)
  .window(tumbling('1 minute'))
  .groupBy('user', 'amount')
  .aggregate((e) => ({
    events: count(),
    total: sum(e.amount),
    average: mean(e.amount),
    least: min(e.user),
    most: max(e.amount),
    opening: first(e.user),
    closing: last(e.amount),
    spread: stddev(e.amount),
    ids: countDistinct(e.id, { limit: 5 }),
    users: approxCountDistinct(e.user),
    middle: median(e.amount),
    top: topK(e.user, 3),
    ranges: histogram(e.amount, { bounds: [0, 10] }),
    speed: rate(),
  }));
const others = view('others', events)
  .window(sliding({ size: '1 minute', slide: '20 seconds' }))
  .groupBy('paid', 'born', 'items')
  .aggregate((e) => ({
    earliest: min(e.born),
    latest: max(e.user),
    paid_first: first(e.paid),
    born_last: last(e.born),
    cities: topK(e.place.city, 2, { limit: 3 }),
    kinds: countDistinct(e.paid),
    tail: quantile(e.amount, { q: 0.99, relativeError: 0.1 }),
    spread: variance(e.amount, { of: 'population' }),
    volume: rate(e.amount),
  }));
const sessions = view('sessions', events)
  .window(session({ gap: '1 minute' }))
  .groupBy('user')
  .aggregate(() => ({ events: count() }));
const totals = view('totals', events)
  .window(global({ emitEvery: '1 minute' }))
  .aggregate((e) => ({ events: count(), total: sum(e.amount) }));
/** Neither groups nor aggregates: that a window holds an event is all that is kept. */
const seen = view('seen', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({}));

/** Every kind of window, every aggregate, groups of every kind of value and of none. */
export const pipeline = compilePipeline(
  pipelineDefinition(define('fuzzed', [everything, others, sessions, totals, seen]), 'the fuzzer'),
);

const withRowOperators = view('with_row_operators', events)
  .window(tumbling('1 minute'), { emptyWindows: 'zero' })
  .groupBy('user')
  .aggregate(() => ({ events: count() }))
  .derive((row) => ({
    usual: mean(row.events).over({ windows: 4 }),
    change: changeOver(row.events, { windows: 4 }),
    unusual: anomaly(row.events),
    far: zScore(row.events, { span: '4 minutes' }),
    moving: ewma(row.events),
    off: robust(row.events, { rows: 5 }),
    hourly: seasonal(row.events),
    moved: changePoint(row.events, { rows: 10 }),
    state: threshold(row.events, { high: { upper: 3 }, low: { lower: 1 } }, { forWindows: 2 }),
    load: trend(row.events, { windows: 5 }),
    round: seasonality(row.events, { windows: 20 }),
    next: forecast(row.events, { horizon: 3, seasons: [4] }),
  }));

/** What each row operator carries from row to row. */
export const [stateful] = compilePipeline(
  pipelineDefinition(define('carried', [withRowOperators]), 'the fuzzer'),
).views;
