import { type Groups, groupText } from '../../../engine/codec/group.ts';
import {
  count,
  first,
  max,
  pipeline,
  rate,
  session,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
  type Window,
} from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { ADDED, FILTERED, LATE, PARTLY_LATE } from '../../../engine/plan/accumulated.ts';
import type { PaneSelector } from '../../../engine/plan/accumulator.ts';
import { compilePart, compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import { at } from '../../support/clicks.ts';

const requests = stream('requests', {
  schema: Type.Object({
    host: Type.String(),
    status: Type.Optional(Type.Integer()),
    ms: Type.Optional(Type.Number()),
    time: Timestamp('epoch-ms'),
  }),
  eventTime: 'time',
  partitionKey: 'host',
  maxLateness: '1 minute',
});

const byStatus = view('by_status', requests)
  .where((e) => e.host.ne('health'))
  .derive((e) => ({ slow: e.ms.gt(100) }))
  .window(tumbling('5 minutes'))
  .groupBy('host', 'status')
  .aggregate((e) => ({
    all: count(),
    timed: count(e.ms),
    slow_ones: count().where(e.slow),
    ms: sum(e.ms),
    last_seen: max(e.time),
  }))
  .derive((row) => ({ share: row.slow_ones.div(row.all), mean: row.ms.div(row.timed) }));

const total = view('total', requests)
  .window(tumbling('5 minutes'))
  .aggregate((e) => ({ all: count(), host: first(e.host) }));
const byMs = view('by_ms', requests)
  .window(tumbling('5 minutes'), { buckets: 4 })
  .groupBy('ms')
  .aggregate(() => ({ all: count() }));

const plan = compilePipeline(pipelineDefinition(pipeline('p', [byStatus, total, byMs]), 'the test'));

function viewOf(name: string): ViewPlan {
  const found = plan.views.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No view ${name}.`);
  return found;
}

/** One pane, which takes everything; groups by bucket and text. */
function accumulate(
  name: string,
  ...events: readonly object[]
): { groups: Record<string, unknown>; buckets: Set<number> } {
  const { accumulate: add, operators } = viewOf(name);
  const panes = new Map<number, Groups>();
  for (const event of events) {
    add(event, at('10:01'), {
      groupsAt: (_timeMs, bucket) => {
        panes.set(bucket, panes.get(bucket) ?? new Map());
        return panes.get(bucket) as Groups;
      },
      missed: 0,
      noteMissed: () => undefined,
    });
  }
  const entries = [...panes.values()].flatMap((groups) =>
    [...groups.values()].map(({ values, states }) => [
      groupText(values),
      operators.map((operator, index) => operator.result(states[index])),
    ]),
  );
  return { groups: Object.fromEntries(entries), buckets: new Set(panes.keys()) };
}

const time = at('10:01');

describe('a compiled view', () => {
  test('filters, groups by several fields, and aggregates with conditions', () => {
    const { groups } = accumulate(
      'by_status',
      { host: 'a', status: 200, ms: 50, time },
      { host: 'a', status: 200, ms: 150, time: time + 1 },
      { host: 'a', status: 200, time },
      { host: 'a', ms: 300, time },
      { host: 'health', status: 200, ms: 1, time },
    );
    expect(groups).toEqual({ '["a",200]': [3, 2, 1, 200, time + 1], '["a",null]': [1, 1, 1, 300, time] });
  });

  test('has one group where it groups by nothing', () => {
    expect(accumulate('total', { host: 'a', time }, { host: 'b', time }).groups).toEqual({ '[]': [2, 'a'] });
  });

  test('has null and missing in one group, and -0 and 0 in one', () => {
    const { groups } = accumulate(
      'by_ms',
      { host: 'a', time },
      { host: 'a', ms: null, time },
      { host: 'a', ms: -0, time },
      { host: 'a', ms: 0, time },
    );
    expect(groups).toEqual({ '[null]': [2], '[0]': [2] });
  });

  test('puts the same group into the same bucket each time, and groups into all of them', () => {
    const events = Array.from({ length: 64 }, (_, ms) => ({ host: 'a', ms, time }));
    const { groups, buckets } = accumulate('by_ms', ...events, ...events);
    expect(Object.values(groups)).toEqual(Array(64).fill([2]));
    expect([...buckets].sort()).toEqual([0, 1, 2, 3]);
  });

  test('tells what became of an event', () => {
    const { accumulate: add } = viewOf('by_status');
    const groups: Groups = new Map();
    const missedBy: unknown[] = [];
    const panes = (missed: number, found: Groups | null): PaneSelector => ({
      groupsAt: () => found,
      missed,
      noteMissed: (_timeMs, _bucket, values) => missedBy.push([missed, ...values]),
    });
    expect(add({ host: 'a', time }, time, panes(0, groups))).toBe(ADDED);
    expect(add({ host: 'b', time }, time, panes(1, null))).toBe(LATE);
    expect(add({ host: 'c', time }, time, panes(2, groups))).toBe(PARTLY_LATE);
    expect(add({ host: 'd', time }, time, panes(0, null))).toBe(FILTERED);
    expect(add({ host: 'health', time }, time, panes(1, null))).toBe(FILTERED);
    expect(groups.size).toBe(2);
    expect(missedBy).toEqual([
      [1, 'b', null],
      [2, 'c', null],
    ]);
  });

  test('makes rows with the window, the groups, the aggregates and what is derived from them, in order', () => {
    const { rows, operators } = viewOf('by_status');
    const groups = { values: ['a', null], states: operators.map((operator) => operator.create()) };
    const row = rows.format(rows.values(groups, { startMs: at('10:00'), endMs: at('10:05') }));
    expect(JSON.stringify(row)).toBe(
      '{"window_start":"2026-03-01T10:00:00.000Z","window_end":"2026-03-01T10:05:00.000Z","host":"a","status":null,' +
        '"all":0,"timed":0,"slow_ones":0,"ms":0,"last_seen":null,"share":null,"mean":null}',
    );
  });

  test("divides rates by the length of the row's window, whatever kind of window it is", () => {
    const perSecond = (window: Window) =>
      view('v', requests)
        .window(window)
        .aggregate(() => ({ n: rate() }));
    const windows = [
      tumbling('5 minutes'),
      sliding({ size: '5 minutes', slide: '1 minute' }),
      session({ gap: '1 minute' }),
    ];
    for (const window of windows) {
      const [compiled] = compilePipeline(pipelineDefinition(pipeline('p', [perSecond(window)]), 'the test')).views;
      const { rows, operators } = compiled as ViewPlan;
      const states = operators.map((operator) => operator.create());
      for (const [index, operator] of operators.entries()) operator.add(states[index], time, time);
      expect(rows.values({ values: [], states }, { startMs: time, endMs: time + 125_000 }).n).toBe(1 / 125);
    }
  });

  test('is kept under its name and fingerprint, and has the streams that it reads', () => {
    expect(plan.views.map(({ key }) => key.replace(/@[0-9a-f]{12}$/, '@…'))).toEqual([
      'by_status@…',
      'total@…',
      'by_ms@…',
    ]);
    expect(plan.streams.map(({ name, views }) => [name, views.length])).toEqual([['requests', 3]]);
  });
});

test('parts that are not compiled at once are compiled when they are first used, and once', () => {
  const page = Type.String();
  const clicks = stream('clicks', {
    schema: Type.Object({ page, at: Timestamp() }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '0 ms',
  });
  const views = view('views', clicks)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ views: count() }));
  const definition = pipelineDefinition(pipeline('shop', [views]), 'the pipeline');
  const plan = compilePipeline(definition, { atOnce: [] });
  expect(plan.views[0]?.rows).toBe(plan.views[0]?.rows);
  expect(plan.streams[0]?.columns).toBe(plan.streams[0]?.columns);
  // A pattern that no definition could have shows when something is compiled.
  Object.assign(page, { pattern: '(' });
  expect(() => compilePipeline(definition)).toThrow('Invalid regular expression');
  const deferred = compilePipeline(definition, { atOnce: [] });
  expect(() => compilePart(deferred, 'rows')).not.toThrow();
  expect(() => compilePart(deferred, 'validation')).toThrow('Invalid regular expression');
});
