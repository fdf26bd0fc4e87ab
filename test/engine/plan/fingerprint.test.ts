import {
  anomaly,
  approxCountDistinct,
  changeOver,
  changePoint,
  count,
  countDistinct,
  type Duration,
  type Emission,
  ewma,
  forecast,
  max,
  mean,
  min,
  robust,
  seasonal,
  seasonality,
  stddev,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  trend,
  tumbling,
  variance,
  view,
  zScore,
} from 'streamgauge';
import { fingerprint } from '../../../engine/plan/fingerprint.ts';
import { anomalyKind } from '../../../engine/row-operators/anomaly.ts';
import { changeKind } from '../../../engine/row-operators/change.ts';
import { changePointKind } from '../../../engine/row-operators/change-point.ts';
import { ewmaKind } from '../../../engine/row-operators/ewma.ts';
import { forecastKind } from '../../../engine/row-operators/forecast.ts';
import { robustKind } from '../../../engine/row-operators/robust.ts';
import { seasonalKind } from '../../../engine/row-operators/seasonal.ts';
import { seasonalityKind } from '../../../engine/row-operators/seasonality.ts';
import { thresholdKind } from '../../../engine/row-operators/threshold.ts';
import { trendKind } from '../../../engine/row-operators/trend.ts';
import { zScoreKind } from '../../../engine/row-operators/z-score.ts';
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
  anomalies: counted().derive((row) => ({ x: anomaly(row.ms) })),
  'anomalies of another sensitivity': counted().derive((row) => ({ x: anomaly(row.ms, { sensitivity: 0.6 }) })),
  'anomalies from another row on': counted().derive((row) => ({ x: anomaly(row.ms, { warmUp: 51 }) })),
  'anomalies with more memory': counted().derive((row) => ({ x: anomaly(row.ms, { memory: '16 KB' }) })),
  'a z-score': counted().derive((row) => ({ x: zScore(row.ms) })),
  'a z-score of more rows': counted().derive((row) => ({ x: zScore(row.ms, { rows: 11 }) })),
  'a z-score of a span': counted().derive((row) => ({ x: zScore(row.ms, { span: '50 minutes' }) })),
  'a z-score beyond another threshold': counted().derive((row) => ({ x: zScore(row.ms, { threshold: 3 }) })),
  'an ewma': counted().derive((row) => ({ x: ewma(row.ms) })),
  'an ewma of another alpha': counted().derive((row) => ({ x: ewma(row.ms, { alpha: 0.3 }) })),
  'a robust score': counted().derive((row) => ({ x: robust(row.ms) })),
  'a robust score of more rows': counted().derive((row) => ({ x: robust(row.ms, { rows: 31 }) })),
  'a seasonal score': counted().derive((row) => ({ x: seasonal(row.ms) })),
  'a seasonal score beyond another threshold': counted().derive((row) => ({ x: seasonal(row.ms, { threshold: 4 }) })),
  'change points': counted().derive((row) => ({ x: changePoint(row.ms) })),
  'change points with fewer false alarms': counted().derive((row) => ({
    x: changePoint(row.ms, { falseAlarms: 1e-4 }),
  })),
  'a trend': counted().derive((row) => ({ x: trend(row.ms, { windows: 9 }) })),
  'a trend of another significance': counted().derive((row) => ({
    x: trend(row.ms, { windows: 9, significance: 0.01 }),
  })),
  'a season': counted().derive((row) => ({ x: seasonality(row.ms) })),
  'a season over fewer windows': counted().derive((row) => ({ x: seasonality(row.ms, { windows: 300 }) })),
  'a forecast': counted().derive((row) => ({ x: forecast(row.ms) })),
  'a forecast further ahead': counted().derive((row) => ({ x: forecast(row.ms, { horizon: 11 }) })),
  'a forecast by a method': counted().derive((row) => ({ x: forecast(row.ms, { method: 'holt' }) })),
  'a forecast with a weight': counted().derive((row) => ({ x: forecast(row.ms, { alpha: 0.3 }) })),
  'a forecast with a season': counted().derive((row) => ({ x: forecast(row.ms, { seasons: [12] }) })),
  'a state': counted().derive((row) => ({ x: threshold(row.ms, { high: { upper: 3 } }) })),
  'a state of another limit': counted().derive((row) => ({ x: threshold(row.ms, { high: { upper: 4 } }) })),
  'a state of another name': counted().derive((row) => ({ x: threshold(row.ms, { much: { upper: 3 } }) })),
  'a state with hysteresis': counted().derive((row) => ({
    x: threshold(row.ms, { high: { upper: 3 } }, { hysteresis: 1 }),
  })),
  'a state for windows': counted().derive((row) => ({
    x: threshold(row.ms, { high: { upper: 3 } }, { forWindows: 2 }),
  })),
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

test.each([
  ['changeOver', changeKind, () => counted().derive((row) => ({ x: changeOver(row.ms, { windows: 3 }) }))],
  ['anomaly', anomalyKind, () => counted().derive((row) => ({ x: anomaly(row.ms) }))],
  ['zScore', zScoreKind, () => counted().derive((row) => ({ x: zScore(row.ms) }))],
  ['ewma', ewmaKind, () => counted().derive((row) => ({ x: ewma(row.ms) }))],
  ['robust', robustKind, () => counted().derive((row) => ({ x: robust(row.ms) }))],
  ['seasonal', seasonalKind, () => counted().derive((row) => ({ x: seasonal(row.ms) }))],
  ['changePoint', changePointKind, () => counted().derive((row) => ({ x: changePoint(row.ms) }))],
  ['trend', trendKind, () => counted().derive((row) => ({ x: trend(row.ms, { windows: 9 }).slope }))],
  ['seasonality', seasonalityKind, () => counted().derive((row) => ({ x: seasonality(row.ms) }))],
  ['forecast', forecastKind, () => counted().derive((row) => ({ x: forecast(row.ms) }))],
  ['threshold', thresholdKind, () => counted().derive((row) => ({ x: threshold(row.ms, { high: { upper: 3 } }) }))],
])('a new version of %s is another fingerprint, though the definition is the same', (_, operator, define) => {
  const before = of(define());
  const kind = jest.replaceProperty(operator as { version: number }, 'version', 99);
  expect(of(define())).not.toBe(before);
  kind.restore();
  expect(of(define())).toBe(before);
});
