import {
  count,
  countDistinct,
  max,
  pipeline,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
} from '../../engine/index.ts';
import type { Duration } from '../../engine/ir/duration.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan, type ViewPlan } from '../../engine/plan/plan.ts';

export type KitView = 'pages' | 'totals' | 'users' | 'pages_on_time' | 'balance';

export interface KitOptions {
  readonly views?: readonly KitView[];
  readonly maxLateness?: Duration;
  /** Of `pages`. */
  readonly allowedLateness?: Duration;
  readonly maxFutureSkew?: Duration;
  readonly idleTimeout?: Duration;
}

/**
 * Views of one stream, each with a trait of its own: `pages` allows lateness and keeps late events, `totals` has no
 * groups, allows none and drops, `users` is divided into buckets, `pages_on_time` is `pages` without lateness, and the only
 * column of `balance` can go back to what it was.
 */
export function kitStream(options: KitOptions = {}): StreamPlan {
  const clicks = stream('clicks', {
    schema: Type.Object({
      id: Type.String(),
      user: Type.String(),
      page: Type.String(),
      amount: Type.Optional(Type.Number()),
      count: Type.Optional(Type.Integer()),
      time: Timestamp('any'),
    }),
    eventTime: 'time',
    eventId: 'id',
    partitionKey: 'user',
    maxLateness: options.maxLateness ?? '1 minute',
    maxFutureSkew: options.maxFutureSkew ?? '5 minutes',
    idleTimeout: options.idleTimeout ?? '1 minute',
  });
  const fiveMinutes = tumbling('5 minutes');
  const all = {
    pages: view('pages', clicks)
      .window(fiveMinutes, { allowedLateness: options.allowedLateness ?? '10 minutes', lateEvents: 'sideOutput' })
      .groupBy('page')
      .aggregate((e) => ({
        views: count(),
        users: countDistinct(e.user),
        amount: sum(e.amount),
        dearest: max(e.amount),
      })),
    totals: view('totals', clicks)
      .window(fiveMinutes, { lateEvents: 'drop' })
      .aggregate((e) => ({ events: count(), amount: sum(e.amount), spread: stddev(e.amount) })),
    users: view('users', clicks)
      .window(tumbling('10 minutes', { offset: '3 minutes' }), { allowedLateness: '5 minutes', buckets: 3 })
      .groupBy('user')
      .aggregate((e) => ({ events: count(), pages: countDistinct(e.page) })),
    pages_on_time: view('pages_on_time', clicks)
      .window(fiveMinutes)
      .groupBy('page')
      .aggregate(() => ({ views: count() })),
    balance: view('balance', clicks)
      .window(fiveMinutes, { allowedLateness: '10 minutes' })
      .aggregate((e) => ({ amount: sum(e.amount) })),
  };
  const views = (options.views ?? ['pages']).map((name) => all[name] as unknown as View);
  const plan = compilePipeline(pipelineDefinition(pipeline('kit', views), 'the kit'));
  return plan.streams[0] as StreamPlan;
}

export function viewNamed(streamPlan: StreamPlan, name: KitView): ViewPlan {
  const found = streamPlan.views.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`The kit was made without the view '${name}'.`);
  return found;
}
