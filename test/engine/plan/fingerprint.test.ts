import {
  approxCountDistinct,
  changeOver,
  count,
  countDistinct,
  type Duration,
  type Emission,
  max,
  mean,
  min,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  variance,
  view,
} from 'streamgauge';
import { fingerprint } from '../../../engine/plan/fingerprint.ts';
import { changeKind } from '../../../engine/row-operators/change.ts';
import { definitionOf } from '../dsl/definition-of.ts';

const schema = Type.Object({
  page: Type.String(),
  user: Type.String(),
  ms: Type.Number(),
  at: Timestamp('iso8601'),
  received: Timestamp('iso8601'),
});

function clicksWith(change: { name?: string; eventTime?: 'at' | 'received'; maxLateness?: Duration } = {}) {
  const { name = 'clicks', eventTime = 'at', maxLateness = '1 minute' } = change;
  return stream(name, { schema, eventTime, partitionKey: 'user', maxLateness });
}

const clicks = clicksWith();
type Clicks = typeof clicks;
const five = tumbling('5 minutes');
const counted = (source: Clicks = clicks, emission: Emission = {}, window = five) =>
  view('v', source)
    .window(window, emission)
    .groupBy('page')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) }));
const aggregated = (columns: Parameters<ReturnType<typeof windowed>['aggregate']>[0]) => windowed().aggregate(columns);
const windowed = () => view('v', clicks).window(five).groupBy('page');
const of = (complete: unknown) => fingerprint(definitionOf(complete));

const CHANGES: Readonly<Record<string, unknown>> = {
  'nothing changed': counted(),
  'another stream': counted(clicksWith({ name: 'taps' })),
  'another event time': counted(clicksWith({ eventTime: 'received' })),
  'another window size': counted(clicks, {}, tumbling('10 minutes')),
  'another window offset': counted(clicks, {}, tumbling('5 minutes', { offset: '1 minute' })),
  'another number of buckets': counted(clicks, { buckets: 2 }),
  // It says which panes are gone, and a pane that is gone must not take events again.
  'another allowed lateness': counted(clicks, { allowedLateness: '1 hour' }),
  'no group': view('v', clicks)
    .window(five)
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'another group': view('v', clicks)
    .window(five)
    .groupBy('user')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'one more group': view('v', clicks)
    .window(five)
    .groupBy('page', 'user')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'the groups in another order': view('v', clicks)
    .window(five)
    .groupBy('user', 'page')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'a filter': view('v', clicks)
    .where((e) => e.ms.gt(0))
    .window(five)
    .groupBy('page')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'another filter': view('v', clicks)
    .where((e) => e.ms.gt(1))
    .window(five)
    .groupBy('page')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'a group that is derived under the name of a field of another stream': view('v', clicks)
    .derive((e) => ({ path: e.page.urlPath() }))
    .window(five)
    .groupBy('path')
    .aggregate((e) => ({ n: count(), ms: sum(e.ms) })),
  'an aggregate more': aggregated((e) => ({ n: count(), ms: sum(e.ms), users: count(e.user) })),
  'an aggregate less': aggregated(() => ({ n: count() })),
  'the aggregates in another order': aggregated((e) => ({ ms: sum(e.ms), n: count() })),
  'another name of an aggregate': aggregated((e) => ({ n: count(), millis: sum(e.ms) })),
  'another aggregate of the same name': aggregated((e) => ({ n: count(), ms: mean(e.ms) })),
  'the least, not the sum': aggregated((e) => ({ n: count(), ms: min(e.ms) })),
  'the greatest, not the least': aggregated((e) => ({ n: count(), ms: max(e.ms) })),
  'an expression for an argument': aggregated((e) => ({ n: count(), ms: sum(e.ms.mul(2)) })),
  'a filter of an aggregate': aggregated((e) => ({ n: count(), ms: sum(e.ms).where(e.page.eq('/')) })),
  'another filter of an aggregate': aggregated((e) => ({ n: count(), ms: sum(e.ms).where(e.page.eq('/a')) })),
  'a sample variance': aggregated((e) => ({ n: count(), ms: variance(e.ms) })),
  'a population variance': aggregated((e) => ({ n: count(), ms: variance(e.ms, { of: 'population' }) })),
  'a deviation': aggregated((e) => ({ n: count(), ms: stddev(e.ms) })),
  'an exact number of users': aggregated((e) => ({ n: count(), ms: countDistinct(e.user) })),
  'an exact number of users up to a limit': aggregated((e) => ({
    n: count(),
    ms: countDistinct(e.user, { limit: 9 }),
  })),
  'an approximate number of users': aggregated((e) => ({ n: count(), ms: approxCountDistinct(e.user) })),
  'a mean over rows': counted().derive((row) => ({ x: mean(row.ms).over({ windows: 3 }) })),
  'a mean over more rows': counted().derive((row) => ({ x: mean(row.ms).over({ windows: 4 }) })),
  'a change over windows': counted().derive((row) => ({ x: changeOver(row.ms, { windows: 3 }) })),
  'a change over more windows': counted().derive((row) => ({ x: changeOver(row.ms, { windows: 4 }) })),
  'a change of another column': counted().derive((row) => ({ x: changeOver(row.n, { windows: 3 }) })),
  'one field of a change': counted().derive((row) => ({ x: changeOver(row.ms, { windows: 3 }).percent })),
  'another field of a change': counted().derive((row) => ({ x: changeOver(row.ms, { windows: 3 }).from })),
  'rows for empty windows': counted(clicks, { emptyWindows: 'zero' }),
  'rows for more empty windows': counted(clicks, { emptyWindows: 'zero', keepGroupsFor: 13 }),
};

test('everything that shapes state gives another fingerprint', () => {
  const byFingerprint = Map.groupBy(Object.keys(CHANGES), (name) => of(CHANGES[name]));
  expect([...byFingerprint.values()].filter((names) => names.length > 1)).toEqual([]);
});

test.each([
  ['the same definition, made again', counted()],
  ['the policy for late events', counted(clicks, { lateEvents: 'drop' })],
  ['how long rows are kept', counted(clicks, { keepRows: '90 days' })],
  ['one bucket, said', counted(clicks, { buckets: 1 })],
  ['no rows for empty windows, said', counted(clicks, { emptyWindows: 'skip' })],
  ['the lateness of the stream', counted(clicksWith({ maxLateness: '2 hours' }))],
  ['columns derived from rows', counted().derive((row) => ({ mean: row.ms.div(row.n) }))],
  ['the same size in other words', counted(clicks, {}, tumbling('300 seconds', { offset: '10 minutes' }))],
])('%s: the fingerprint stays', (_, complete) => {
  expect(of(complete)).toBe(of(counted()));
});

test('a default that is written out: the fingerprint stays', () => {
  const sample = aggregated((e) => ({ n: count(), ms: variance(e.ms, { of: 'sample' }) }));
  expect(of(sample)).toBe(of(CHANGES['a sample variance']));
  const limited = aggregated((e) => ({ n: count(), ms: countDistinct(e.user, { limit: 10_000 }) }));
  expect(of(limited)).toBe(of(CHANGES['an exact number of users']));
});

test('a fingerprint is the same in every release, for state is kept under it', () => {
  expect(of(counted())).toBe('1652f04ac754');
  const rolling = counted().derive((row) => ({
    usual: mean(row.ms).over({ windows: 3 }),
    ratio: row.ms.div(stddev(row.ms, { of: 'population' }).over({ windows: 10 })),
  }));
  expect(of(rolling)).toBe('2f303fea4396');
  const over = view('w', rolling)
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ most: max(row.usual) }));
  expect(of(over)).toBe('002af6efda10');
});

test('a new version of an operator is another fingerprint, though the definition is the same', () => {
  const changed = () => of(counted().derive((row) => ({ x: changeOver(row.ms, { windows: 3 }) })));
  const before = changed();
  const kind = jest.replaceProperty(changeKind as { version: number }, 'version', 2);
  expect(changed()).not.toBe(before);
  kind.restore();
  expect(changed()).toBe(before);
});
