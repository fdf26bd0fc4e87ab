import {
  asOfJoin,
  changeOver,
  count,
  global,
  intervalJoin,
  max,
  mean,
  min,
  pipeline,
  session,
  shareOfTotal,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  tumbling,
  type View,
  view,
} from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import { alerted } from './alerted.ts';

const options = {
  schema: Type.Object({
    id: Type.String(),
    user: Type.String(),
    n: Type.Integer(),
    at: Timestamp('epoch-ms'),
  }),
  eventTime: 'at',
  eventId: 'id',
  partitionKey: 'user',
  maxLateness: '10 seconds',
  maxFutureSkew: '5 seconds',
  idleTimeout: '1 second',
} as const;

const events = stream('events', options);
/** Joined with the events. */
const others = stream('others', options);
const unique = stream('events', { ...options, dedupe: { within: '20 seconds' } });
type Events = typeof events;

const tumble = (source: Events, buckets = 2) =>
  view('tumble', source)
    .window(tumbling('10 seconds'), { allowedLateness: '8 seconds', buckets })
    .groupBy('user')
    .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const plain = view('plain', events)
  .window(tumbling('10 seconds', { offset: '3 seconds' }), { lateEvents: 'drop' })
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const slide = (allowedLateness: '6 seconds' | '7 seconds' = '6 seconds') =>
  view('slide', events)
    .window(sliding({ size: '14 seconds', slide: '10 seconds' }), { allowedLateness })
    .groupBy('user')
    .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const overlap = view('overlap', events)
  .window(sliding({ size: '20 seconds', slide: '5 seconds', offset: '1 second' }), { allowedLateness: '5 seconds' })
  .groupBy('user')
  .aggregate((e) => ({ events: count(), least: min(e.n) }));
const holes = view('holes', events)
  .window(sliding({ size: '4 seconds', slide: '10 seconds' }))
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const sess = (source: Events) =>
  view('sess', source)
    .window(session({ gap: '6 seconds' }))
    .groupBy('user')
    .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const sessLate = (source: Events) =>
  view('sess_late', source)
    .window(session({ gap: '6 seconds' }), { allowedLateness: '15 seconds' })
    .groupBy('user')
    .aggregate((e) => ({ events: count(), least: min(e.n), most: max(e.n) }));
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const rolling = <const N extends string>(name: N, allowedLateness: '10 seconds' | '30 seconds') =>
  view(name, events)
    .window(tumbling('5 seconds'), { allowedLateness })
    .groupBy('user')
    .aggregate((e) => ({ events: count(), total: sum(e.n) }))
    .derive((row) => ({
      smooth: mean(row.events).over({ windows: 3 }),
      recent: sum(row.total).over({ windows: 2 }),
      change: changeOver(row.events, { windows: 2 }),
      state: threshold(row.events, { many: { upper: 1 } }, { forWindows: 2 }),
    }));
const base = rolling('base', '10 seconds');
/** No other view takes its rows, so their states are gone through page by page. */
const walk = rolling('walk', '30 seconds');
const balance = view('balance', events)
  .window(tumbling('10 seconds'), { allowedLateness: '20 seconds' })
  .aggregate((e) => ({ total: sum(e.n) }));
const table = view('table', events)
  .window(tumbling('10 seconds'), { allowedLateness: '8 seconds', emit: 'complete' })
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const over = view('over', base)
  .window(tumbling('20 seconds'))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events), most: max(r.recent) }));
const overSlide = view('over_slide', base)
  .window(sliding({ size: '20 seconds', slide: '10 seconds' }))
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));
const overAll = view('over_all', base)
  .window(global({ emitEvery: '20 seconds' }))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));

/** Views of sessions and totals, which take each row when it changes no more. */
const short = sess(events);
const overShort = view('over_sess', short)
  .window(tumbling('10 seconds'))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));
const long = sessLate(events);
const overLong = view('over_sess_late', long)
  .window(tumbling('10 seconds'))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));
/** A late event of one user changes the rows of all. */
const shared = view('shared', events)
  .window(tumbling('10 seconds'), { allowedLateness: '8 seconds' })
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }))
  .derive((row) => ({ share: shareOfTotal(row.events) }));
const overShared = view('over_shared', shared)
  .window(tumbling('20 seconds'))
  .aggregate((r) => ({ rows: count(), share: sum(r.share) }));
const overTotals = view('over_totals', totals)
  .window(tumbling('20 seconds'))
  .aggregate((r) => ({ rows: count(), events: sum(r.events), total: sum(r.total) }));
const overOver = view('over_over', overAll)
  .window(tumbling('40 seconds'))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));

/** Takes late events for many windows: a pass has windows to refine that it goes through one call at a time. */
const LONG = { allowedLateness: '30 seconds' } as const;
const trail = view('trail', events)
  .window(tumbling('5 seconds'), { ...LONG, emptyWindows: 'zero', keepGroupsFor: 3 })
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }))
  .derive((row) => ({
    recent: sum(row.total).over({ windows: 2 }),
    change: changeOver(row.events, { windows: 2 }),
  }));
const few = view('few', trail)
  .where((row) => row.events.lt(2))
  .window(tumbling('10 seconds'))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));
const fewAll = view('few_all', trail)
  .where((row) => row.events.eq(1))
  .window(global({ emitEvery: '20 seconds' }))
  .groupBy('user')
  .aggregate((r) => ({ rows: count(), events: sum(r.events) }));
const sessLong = view('sess_long', events)
  .window(session({ gap: '6 seconds' }), LONG)
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const slideLong = view('slide_long', events)
  .window(sliding({ size: '20 seconds', slide: '5 seconds' }), LONG)
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));

const ON_USER = { user: 'user' } as const;
/** Each event with the others that lie up to 4 seconds before it or 7 after it; those of either side that have none, too. */
const pairs = (to: '7 seconds' | '9 seconds' = '7 seconds') =>
  view('pairs', intervalJoin('near', events, others, { type: 'full', on: ON_USER, between: ['-4 seconds', to] }))
    .derive((e) => ({ event: e.events.id, other: e.others.id }))
    .window(tumbling('10 seconds'))
    .groupBy('event', 'other')
    .aggregate(() => ({ times: count() }));
/** Each event with the last of the others before it. */
const latest = view('latest', asOfJoin('last', events, others, { on: ON_USER, tolerance: '20 seconds', buckets: 2 }))
  .derive((e) => ({ event: e.events.id, other: e.others.id }))
  .window(tumbling('10 seconds'))
  .groupBy('event', 'other')
  .aggregate(() => ({ times: count() }));

/** Each of the others with the last row of its user's events, whose columns go over several rows. */
const beside = view('beside', asOfJoin('baseline', others, base, { on: ON_USER, tolerance: '20 seconds' }))
  .derive((e) => ({ event: e.others.id, recent: e.base.recent }))
  .window(tumbling('10 seconds'))
  .groupBy('event', 'recent')
  .aggregate(() => ({ times: count() }));

function planOf(...views: readonly unknown[]): PipelinePlan {
  return compilePipeline(pipelineDefinition(pipeline('simulated', views as readonly View[]), 'the simulation'));
}

/** What is simulated, by name; where there is a second plan, it takes the first one's place in mid-stream. */
export const PIPELINES: Readonly<Record<string, readonly [PipelinePlan, PipelinePlan?]>> = {
  aligned: [planOf(tumble(events), plain, slide()), planOf(tumble(events), plain, slide('7 seconds'))],
  sliding: [planOf(overlap, holes, slide())],
  sessions: [planOf(sess(events), sessLate(events))],
  totals: [planOf(totals, tumble(events, 1))],
  chained: [planOf(base, over, overSlide, overAll)],
  handed: [planOf(short, overShort, long, overLong)],
  shares: [planOf(shared, overShared)],
  handedTotals: [planOf(totals, overTotals, base, overAll, overOver)],
  tables: [planOf(table, balance)],
  histories: [planOf(trail, few, fewAll)],
  lasting: [planOf(sessLong, slideLong, totals)],
  unique: [planOf(tumble(unique), sessLate(unique))],
  paged: [planOf(walk, base)],
  joined: [planOf(tumble(events), pairs(), latest), planOf(tumble(events), pairs('9 seconds'), latest)],
  baselined: [planOf(base, beside)],
  alerted: [
    planOf(
      alerted(tumble(events), { early: '1 second' }),
      alerted(slide(), { for: 2, cooldown: '10 seconds' }),
      alerted(plain),
    ),
    // Of the first two the key is another one, and their incidents may go on for long after; the third is as it was.
    planOf(
      alerted(tumble(events, 3), { cooldown: '40 seconds' }),
      alerted(slide('7 seconds'), { cooldown: '40 seconds' }),
      alerted(plain),
    ),
  ],
};

/** The smallest case: one view, in one bucket. */
export const SMALL: readonly [PipelinePlan] = [planOf(tumble(events, 1))];

/** Pipelines that a seed draws; the others are asked for. A seed must stay the run that it was. */
const ASKED_FOR = ['joined', 'handed', 'handedTotals', 'shares'];
export const DRAWN = Object.keys(PIPELINES).filter((name) => !ASKED_FOR.includes(name));

export type PipelineName = keyof typeof PIPELINES & string;
