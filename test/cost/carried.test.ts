import {
  anomaly,
  changeOver,
  count,
  forecast,
  global,
  mean,
  pipeline,
  session,
  tumbling,
  view,
  zScore,
} from 'streamgauge';
import { carriedKindOf, carriedPages } from '../../cost/carried.ts';
import { SECONDS_PER_MONTH } from '../../cost/input.ts';
import { MEASURED } from '../../cost/measured.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { clicks, cost, inputOf, itemOf, pipelineOf } from './support.ts';

const fiveMinutes = (emission = {}) =>
  view('v', clicks())
    .window(tumbling('5 minutes'), emission)
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }));

const sessions = view('v', clicks())
  .window(session({ gap: '30 minutes' }))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }));
const totals = view('v', clicks())
  .window(global({ emitEvery: '5 minutes' }))
  .groupBy('page')
  .aggregate(() => ({ clicks: count() }));
const rolling = fiveMinutes().derive((row) => ({ smooth: mean(row.clicks).over({ windows: 10 }) }));
const changes = fiveMinutes().derive((row) => ({ change: changeOver(row.clicks, { windows: 10 }) }));
const both = fiveMinutes().derive((row) => ({
  change: changeOver(row.clicks, { windows: 10 }),
  smooth: mean(row.clicks).over({ windows: 10 }),
}));
const detecting = fiveMinutes().derive((row) => ({ unusual: anomaly(row.clicks) }));
const forecasting = fiveMinutes().derive((row) => ({ next: forecast(row.clicks) }));
const few = fiveMinutes().derive((row) => ({ far: zScore(row.clicks) }));
const zeroRows = fiveMinutes({ emptyWindows: 'zero' });

const definitionOf = (of: unknown) => pipelineDefinition(pipeline('shop', [of as never]), 'the test');

test.each([
  ['sessions', sessions, 'sessions'],
  ['totals', totals, 'totals'],
  ['a column over rows', rolling, 'rolling'],
  ['a change', changes, 'changes'],
  ['both of these', both, 'rolling'],
  ['anomalies', detecting, 'detectors'],
  ['a forecast with a season', forecasting, 'detectors'],
  ['a z-score of a few rows', few, 'rolling'],
  ['rows of nothing', zeroRows, 'zeroRows'],
  ['plain windows', fiveMinutes(), null],
])('%s carry what was measured as %s', (_name, of, kind) => {
  const [definition] = definitionOf(of).views;
  expect(definition && carriedKindOf(definition)).toBe(kind);
});

test('pages cost what 1,000 rows of so many groups were measured to cost', () => {
  const thousands = SECONDS_PER_MONTH / 300;
  const few = carriedPages(inputOf({ pipeline: definitionOf(rolling) }));
  expect(few).toMatchObject({ writeUnits: thousands * 1.38, readUnits: thousands * 0.88 });
  expect(few.puts).toBeCloseTo(thousands * 0.13, 6);
  expect(few.gets).toBeCloseTo(thousands * 0.46, 6);
  // 100,000 groups, each of which has an event in every window.
  const many = carriedPages(inputOf({ pipeline: definitionOf(rolling), groups: 100_000, eventsPerSecond: 10_000 }));
  expect(many.puts).toBeCloseTo(100 * thousands * 0.08, 6);
  expect(many.writeUnits).toBeCloseTo(100 * thousands * 0.08, 6);
});

test('what a detector carries is counted by its bytes', () => {
  const [one, two] = [
    detecting,
    fiveMinutes().derive((row) => ({ unusual: anomaly(row.clicks), again: anomaly(row.clicks, { sensitivity: 0.9 }) })),
  ].map((of) => carriedPages(inputOf({ pipeline: definitionOf(of) })));
  const thousands = SECONDS_PER_MONTH / 300;
  expect(one?.gets).toBeCloseTo(thousands * 35.4, 6);
  expect(two?.gets).toBeCloseTo(2 * thousands * 35.4, 6);
});

test('by hand: detectors of 8 KB a group, of 100,000 groups with a row every five minutes', () => {
  const many = carriedPages(inputOf({ pipeline: definitionOf(detecting), groups: 100_000, eventsPerSecond: 10_000 }));
  // 730 hours are 8,760 windows of 100,000 rows.
  const thousands = (SECONDS_PER_MONTH / 300) * 100;
  expect(many.puts).toBeCloseTo(thousands * 4.81, 3);
  expect(many.gets).toBeCloseTo(thousands * 19.24, 3);
  expect(many.writeUnits).toBeCloseTo(thousands * 4.81, 3);
});

test('pages are lines of the bill: units, requests, and old versions for 36 days', () => {
  const found = cost({ pipeline: definitionOf(rolling) });
  const thousands = SECONDS_PER_MONTH / 300;
  expect(itemOf(found, 'DynamoDB', 'carried state written')?.dollars).toBeCloseTo((thousands * 1.38 * 0.625) / 1e6, 9);
  expect(itemOf(found, 'S3', 'carried state written')?.dollars).toBeCloseTo((thousands * 0.13 * 0.005) / 1000, 9);
  expect(itemOf(found, 'S3', 'carried state read')?.dollars).toBeCloseTo((thousands * 0.46 * 0.0004) / 1000, 9);
  const months = (36 * 86_400) / SECONDS_PER_MONTH;
  const oldGb = (thousands * 1.13 * 1024 * months) / 1024 ** 3;
  expect(itemOf(found, 'S3', 'old carried state kept')?.dollars).toBeCloseTo(oldGb * 0.023, 9);
  expect(itemOf(cost(), 'S3', 'carried state written')).toBeUndefined();
  const dev = cost({ pipeline: definitionOf(rolling) }, { dev: true });
  expect(itemOf(dev, 'S3', 'old carried state kept')).toBeUndefined();
});

test('without events nothing is carried', () => {
  const idle = inputOf({ pipeline: definitionOf(rolling), eventsPerSecond: 0 });
  expect(Object.values(carriedPages(idle)).every((value) => value === 0)).toBe(true);
  expect(carriedPages(inputOf({ pipeline: pipelineOf(1) })).writeUnits).toBe(0);
});

test('every kind was measured at 1,000 and 100,000 groups', () => {
  const { groups, kinds } = MEASURED.carried;
  expect(groups).toEqual([1000, 100_000]);
  for (const units of Object.values(kinds)) {
    expect(Object.values(units).every((values) => values.length === groups.length)).toBe(true);
  }
});
