import { asOfJoin, count, pattern, pipeline, stream, sum, Timestamp, Type, tumbling, union, view } from 'streamgauge';
import type { JoinSource } from '../../../engine/ir/join-definition.ts';
import type { PatternSource } from '../../../engine/ir/pattern-definition.ts';
import {
  isComputed,
  latenessOf,
  type SourceKindName,
  sourceLabel,
  sourceShape,
  streamNames,
  streamsOf,
  upstreamsOf,
  withUpstreams,
} from '../../../engine/ir/source-definition.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import type { UnionSource } from '../../../engine/ir/union-definition.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { canRevise, loadSource, sourceSql, sourceStanding, sourceWords } from '../../../engine/sources/registry.ts';
import { START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const minutes = view('minutes', events)
  .window(tumbling('1 minute'), { allowedLateness: '10 seconds', buckets: 2 })
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));
const hours = view('hours', minutes)
  .window(tumbling('1 hour'))
  .aggregate((row) => ({ n: sum(row.n) }));
const days = view('days', hours)
  .window(tumbling('1 day'))
  .aggregate((row) => ({ n: sum(row.n) }));
const prompt = view('prompt', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ n: count() }));

const compared = view('compared', asOfJoin('with_minutes', events, minutes, { on: { key: 'key' } }))
  .derive((e) => ({ share: e.events.v.div(e.minutes.total) }))
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ share: sum(e.share) }));

const others = stream('others', {
  schema: Type.Object({ key: Type.String(), v: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const both = view('both', union('all_events', [events, others] as never))
  .window(tumbling('1 minute'))
  .aggregate(() => ({ n: count() }));

const rises = view(
  'rises',
  pattern('two', events, { partitionBy: 'key' })
    .begin('low')
    .followedBy('high', (e, { low }) => e.v.gt(low.v))
    .select(({ high }) => ({ v: high.v })),
)
  .window(tumbling('1 minute'))
  .aggregate((match) => ({ n: count(), v: sum(match.v) }));

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [minutes, hours, days, prompt, compared, both, rises]));
});

const sql = {
  events: ({ name }: StreamDefinition) => `events of ${name}`,
  rows: ({ name }: ViewDefinition, eventTime: string) => `rows of ${name} at ${eventTime}`,
  totals: ({ name }: ViewDefinition) => `totals of ${name}`,
  joined: ({ left, right }: JoinSource<ViewDefinition>) => `${left.name} with ${right.name}`,
  united: ({ streams }: UnionSource<ViewDefinition>) => streams.map(({ name }) => name).join(' and '),
  matched: ({ pattern }: PatternSource<ViewDefinition>) => pattern.steps.map(({ name }) => name).join(' then '),
};

/** A view of each kind of source, and what is known of it; the compiler asks for kinds that are new. */
const FACTS: Readonly<Record<SourceKindName, Readonly<Record<string, unknown>> & { readonly view: string }>> = {
  stream: {
    view: 'minutes',
    words: 'stream events',
    label: "stream 'events'",
    columns: ['key', 'v', 'at'],
    isComputed: false,
    upstreams: [],
    sql: 'events of events',
    // Of s1, up to 00:02:05: the watermark is there, and what allows 10 seconds of lateness is settled 10 before.
    watermarkMs: 125_000,
    settledMs: 115_000,
    origins: ['s1'],
  },
  view: {
    view: 'hours',
    words: 'the rows of view minutes',
    label: "view 'minutes'",
    columns: ['window_start', 'window_end', 'key', 'n', 'total'],
    isComputed: true,
    upstreams: ['minutes'],
    sql: 'rows of minutes at "window_end" - 1',
    // The first window that is open begins at 00:02, and the first that is kept at 00:01: their rows are of their last instants.
    watermarkMs: 179_999,
    settledMs: 119_999,
    origins: ['minutes:0', 'minutes:1'],
  },
  join: {
    view: 'with_minutes',
    words: 'events and minutes',
    label: "the join of stream 'events' and view 'minutes'",
    columns: ['events', 'minutes', 'truncated'],
    isComputed: true,
    upstreams: ['minutes'],
    sql: 'events with minutes',
    // The stream is at 00:02:05, and the rows of the view change no more up to that of the minute from 00:01.
    watermarkMs: 119_999,
    settledMs: 119_999,
    origins: ['events/s1', 'minutes:0', 'minutes:1'],
  },
  union: {
    view: 'both',
    words: 'streams events and others',
    label: "union 'all_events'",
    columns: ['key', 'at'],
    isComputed: false,
    upstreams: [],
    sql: 'events and others',
    // No shard of the other stream is known yet.
    watermarkMs: START_OF_TIME_MS,
    settledMs: START_OF_TIME_MS,
    origins: ['events/s1'],
  },
  pattern: {
    view: 'two',
    words: 'matches in events',
    label: "the pattern over stream 'events'",
    columns: ['key', 'match_start', 'match_end', 'duration_ms', 'reason', 'truncated', 'v'],
    isComputed: true,
    upstreams: [],
    sql: 'low then high',
    watermarkMs: 125_000,
    settledMs: 125_000,
    origins: ['events/s1'],
  },
};

function planOf(name: string): ViewPlan {
  return world.plan.finalized.find((view) => view.name === name) as ViewPlan;
}

describe.each(Object.entries(FACTS))('a source of the kind %s', (kind, { view: name, ...facts }) => {
  test('says what it is, what it gives, and where it stands', async () => {
    await world.take([1, 65, 125].flatMap((at) => ['a', 'b', 'c', 'd'].map((key) => ({ key, v: 1, at }))));
    for (const bucket of [0, 1]) await world.finalize('minutes', {}, undefined, bucket);
    const plan = planOf(name);
    const { source } = plan.definition;
    expect(source.kind).toBe(kind);
    const { watermarkMs, settledMs, origins } = await loadSource(plan, 0, world.stores.state);
    expect({
      words: sourceWords(source),
      label: sourceLabel(source),
      columns: [...sourceShape(source).fields.keys()],
      isComputed: isComputed(source),
      upstreams: upstreamsOf(source).map((upstream) => upstream.name),
      sql: sourceSql(source, sql),
      watermarkMs,
      settledMs,
      origins: origins.map((origin) => origin.name.replace(/@\w+/, '')),
    }).toEqual(facts);
    expect(streamNames(plan.definition)).toBe(kind === 'union' ? 'events, others' : 'events');
  });

  test('stands where the sweep takes it to stand, which reads less', async () => {
    await world.take([1, 65, 125].map((at) => ({ key: 'a', v: 1, at })));
    for (const bucket of [0, 1]) await world.finalize('minutes', {}, undefined, bucket);
    const plan = planOf(name);
    const { watermarkMs, settledMs } = await loadSource(plan, 0, world.stores.state);
    const standing = await sourceStanding(plan, 0, world.stores.state, 125_000);
    expect(standing).toEqual({ watermarkMs, settledMs });
  });
});

test('a view of a view of a view goes back to one stream, by way of the others', () => {
  const { definition } = world.view('days');
  expect(streamsOf(definition.source).map(({ name }) => name)).toEqual(['events']);
  expect(withUpstreams(definition).map(({ name }) => name)).toEqual(['days', 'hours', 'minutes']);
});

test('views of the stream are those that take its own events, and each view tells those that take its rows', () => {
  expect(world.stream.views.map(({ name }) => name)).toEqual(['minutes', 'prompt', 'with_minutes', 'both', 'two']);
  expect(world.stream.allViews.map(({ name }) => name)).toEqual([
    'minutes',
    'hours',
    'days',
    'prompt',
    'with_minutes',
    'compared',
    'both',
    'two',
    'rises',
  ]);
  expect(world.plan.views.map(({ name, downstream }) => [name, downstream.map((other) => other.name)])).toEqual([
    ['minutes', ['hours', 'with_minutes']],
    ['hours', ['days']],
    ['days', []],
    ['prompt', []],
    ['compared', []],
    ['both', []],
    ['rises', []],
  ]);
});

test('rows are revised as long as those of the view that the chain begins with', () => {
  const lateness = world.plan.views.map((plan) => [plan.name, latenessOf(plan.definition), canRevise(plan)]);
  expect(lateness).toEqual([
    ['minutes', 10_000, true],
    ['hours', 10_000, true],
    ['days', 10_000, true],
    ['prompt', 0, false],
    ['compared', 0, false],
    ['both', 0, false],
    ['rises', 0, false],
  ]);
});

test('a source is complete from where the view and all above it have seen everything', async () => {
  const completeFrom = async (name: string) =>
    (await loadSource(world.view(name), 0, world.stores.state)).completeFromMs;
  const old = new SmallWorld(pipeline('p', [prompt]));
  await old.take([{ key: 'a', v: 1, at: 30 }]);
  world = Object.assign(new SmallWorld(pipeline('p', [minutes, hours])), { stores: old.stores });
  // The shard was read before the views were there: what it has seen, they have not.
  expect([await completeFrom('minutes'), await completeFrom('hours')]).toEqual([30_001, 30_001]);
});
