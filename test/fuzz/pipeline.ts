import { pipelineDefinition } from '../../engine/definition/pipeline.ts';
import {
  approxCountDistinct,
  count,
  countDistinct,
  pipeline as define,
  first,
  histogram,
  last,
  max,
  mean,
  median,
  min,
  rate,
  session,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  topK,
  tumbling,
  view,
} from '../../engine/index.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';

const events = stream('events', {
  schema: Type.Object({
    id: Type.String(),
    user: Type.String(),
    amount: Type.Optional(Type.Number()),
    at: Timestamp(),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
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
    ids: countDistinct(e.id),
    users: approxCountDistinct(e.user),
    middle: median(e.amount),
    top: topK(e.user, 3),
    ranges: histogram(e.amount, { bounds: [0, 10] }),
    speed: rate(),
  }));
const sessions = view('sessions', events)
  .window(session({ gap: '1 minute' }))
  .groupBy('user')
  .aggregate(() => ({ events: count() }));

/** Every aggregate, over groups of text and numbers. */
export const pipeline = compilePipeline(pipelineDefinition(define('fuzzed', [everything, sessions]), 'the fuzzer'));
