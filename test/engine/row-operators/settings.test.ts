import {
  count,
  forecast,
  pipeline,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
  zScore,
} from 'streamgauge';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';
import { describeColumn } from '../../../engine/row-operators/registry.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { js, refusal, type Untyped } from '../dsl/untyped.ts';
import { rowOf } from './row-of.ts';

const WHOLE = 'it must be a whole number from';
const SHARE = 'it must be a number from 0 to 1.';
const BETWEEN = 'it must be a number between 0 and 1.';

/** Of each operator what it takes beside the number, and each setting that has no meaning with what is said of it. */
const OPERATORS = {
  anomaly: [
    [{ sensitivity: -0.1 }, `anomaly(…): sensitivity is -0.1: ${SHARE}`],
    [{ sensitivity: 1.01 }, `sensitivity is 1.01: ${SHARE}`],
    [{ sensitivity: Number.NaN }, `sensitivity is NaN: ${SHARE}`],
    [{ sensitivity: '0.5' }, `sensitivity is 0.5: ${SHARE}`],
    [{ memory: '4 KB' }, "anomaly(…): memory is '4 KB': it must be '8 KB' or '16 KB'."],
    [{ warmUp: -1 }, `anomaly(…): warmUp is -1: ${WHOLE} 0 to 100,000.`],
    [{ warmUp: 1.5 }, `warmUp is 1.5: ${WHOLE} 0 to 100,000.`],
    [{ threshold: 3 }, "anomaly(…) has no setting 'threshold'. Its settings are sensitivity, warmUp, memory."],
  ],
  zScore: [
    [{ rows: 1 }, `zScore(…): rows is 1: ${WHOLE} 2 to 1,000.`],
    [{ rows: 1001 }, `zScore(…): rows is 1001: ${WHOLE} 2 to 1,000.`],
    [{ threshold: 0 }, 'zScore(…): threshold is 0: it must be a number above 0, at most 100.'],
    [{ threshold: 101 }, 'threshold is 101: it must be a number above 0, at most 100.'],
    [{ rows: 10, span: '1 hour' }, 'zScore(…) has rows and span: give one of them.'],
    [{ span: '1.5 minutes' }, "zScore({ span }) is '1.5 minutes', which is not a duration."],
    [{ window: 3 }, "zScore(…) has no setting 'window'. Its settings are rows, span, threshold."],
  ],
  ewma: [
    [{ alpha: 0 }, 'ewma(…): alpha is 0: it must be a number from 0.001 to 1.'],
    [{ alpha: 1.5 }, 'ewma(…): alpha is 1.5: it must be a number from 0.001 to 1.'],
    [{ alpha: '0.2' }, 'ewma(…): alpha is 0.2: it must be a number from 0.001 to 1.'],
    [{ threshold: -3 }, 'ewma(…): threshold is -3: it must be a number above 0, at most 100.'],
    [{ beta: 1 }, "ewma(…) has no setting 'beta'. Its settings are alpha, threshold."],
  ],
  robust: [
    [{ rows: 2 }, `robust(…): rows is 2: ${WHOLE} 3 to 500.`],
    [{ rows: 501 }, `robust(…): rows is 501: ${WHOLE} 3 to 500.`],
    [{ threshold: Number.NaN }, 'robust(…): threshold is NaN: it must be a number above 0, at most 100.'],
    [{ span: '1 hour' }, "robust(…) has no setting 'span'. Its settings are rows, threshold."],
  ],
  seasonal: [
    [{ threshold: 0 }, 'seasonal(…): threshold is 0: it must be a number above 0, at most 100.'],
    [{ period: 24 }, "seasonal(…) has no setting 'period'. Its settings are threshold."],
  ],
  changePoint: [
    [{ rows: 9 }, `changePoint(…): rows is 9: ${WHOLE} 10 to 200.`],
    [{ rows: 201 }, `changePoint(…): rows is 201: ${WHOLE} 10 to 200.`],
    [{ falseAlarms: 0 }, `changePoint(…): falseAlarms is 0: ${BETWEEN}`],
    [{ falseAlarms: 1 }, `changePoint(…): falseAlarms is 1: ${BETWEEN}`],
    [{ falseAlarms: '0.1' }, `changePoint(…): falseAlarms is 0.1: ${BETWEEN}`],
    [{ threshold: 3 }, "changePoint(…) has no setting 'threshold'. Its settings are rows, falseAlarms."],
  ],
  trend: [
    [{}, `trend(…): windows is undefined: ${WHOLE} 4 to 200.`],
    [{ windows: 3 }, `trend(…): windows is 3: ${WHOLE} 4 to 200.`],
    [{ windows: 201 }, `trend(…): windows is 201: ${WHOLE} 4 to 200.`],
    [{ windows: 10, significance: 1 }, `trend(…): significance is 1: ${BETWEEN}`],
    [{ windows: 10, significance: '0.05' }, `trend(…): significance is 0.05: ${BETWEEN}`],
    [{ windows: 10, rows: 3 }, "trend(…) has no setting 'rows'. Its settings are windows, significance."],
  ],
  seasonality: [
    [{ windows: 19 }, `seasonality(…): windows is 19: ${WHOLE} 20 to 2,000.`],
    [{ windows: 2001 }, `seasonality(…): windows is 2001: ${WHOLE} 20 to 2,000.`],
    [{ period: 24 }, "seasonality(…) has no setting 'period'. Its settings are windows."],
  ],
  forecast: [
    [{ horizon: 0 }, `forecast(…): horizon is 0: ${WHOLE} 1 to 100.`],
    [{ horizon: 101 }, `forecast(…): horizon is 101: ${WHOLE} 1 to 100.`],
    [{ method: 'arima' }, "forecast(…): method is 'arima': it must be 'auto' or 'simple' or 'holt'"],
    [{ seasons: 24 }, 'forecast(…): seasons is 24: it must be a list of at most two numbers of windows.'],
    [{ seasons: [2, 3, 4] }, 'forecast(…): seasons is 2,3,4: it must be a list of at most two'],
    [{ seasons: [1] }, `forecast(…): a season is 1: ${WHOLE} 2 to 480.`],
    [{ seasons: [481] }, `forecast(…): a season is 481: ${WHOLE} 2 to 480.`],
    [{ seasons: [168, 24] }, 'forecast(…): seasons are 168 and 24: give the shorter one first.'],
    [{ seasons: [24, 24] }, 'forecast(…): seasons are 24 and 24: give the shorter one first.'],
    [{ seasons: [], method: 'holtWinters' }, 'forecast(…): holtWinters needs a season.'],
    [{ alpha: 1.1 }, `forecast(…): alpha is 1.1: ${SHARE}`],
    [{ beta: -0.1 }, `forecast(…): beta is -0.1: ${SHARE}`],
    [{ gamma: '0.1' }, `forecast(…): gamma is 0.1: ${SHARE}`],
    [
      { delta: 1 },
      "forecast(…) has no setting 'delta'. Its settings are horizon, method, seasons, alpha, beta, gamma.",
    ],
  ],
} as const;

type Name = keyof typeof OPERATORS;
const call = (name: Name, of: unknown, options?: unknown) => (js as never as Record<Name, Untyped>)[name](of, options);

describe.each(Object.entries(OPERATORS))('%s', (name, refusals) => {
  const operator = name as Name;
  const usual = operator === 'trend' ? { windows: 10 } : {};

  test.each<readonly [object, string]>(refusals)('refuses %j', (options, message) => {
    expect(refusal(() => rowOf(({ n }) => call(operator, n, options)))).toContain(message);
  });

  test('refuses what is no number of the row, and no settings', () => {
    const of = (given: (row: Untyped) => unknown) => refusal(() => rowOf((row) => call(operator, given(row), usual)));
    expect(of((row) => (row as never as { page: Untyped }).page)).toContain(
      `${name}(…) was given a string, and needs a number of the row.`,
    );
    expect(of(() => 3)).toContain(`${name}(…) was given the number 3`);
    expect(of(({ n }) => js.sum(n).over({ windows: 3 }))).toContain(
      `${name}(…) was given a column that itself goes over rows`,
    );
    expect(refusal(() => rowOf(({ n }) => call(operator, n, null)))).toContain(
      `${name}(…) needs its settings as an object`,
    );
  });

  test('is refused where there are no rows of windows in a fixed order', () => {
    const ofEvents = () => js.view('v', clicks).derive((e: Untyped) => ({ x: call(operator, e.n, usual) }));
    expect(refusal(ofEvents)).toContain(`'x' goes over a group's rows (${name}), and there are none yet.`);
    const ofSessions = () =>
      js
        .view('v', clicks)
        .window(js.session({ gap: '1 minute' }))
        .aggregate(() => ({ n: js.count() }))
        .derive((row: Untyped) => ({ x: call(operator, row.n, usual) }));
    expect(refusal(ofSessions)).toContain("'x' goes over a group's last windows, which needs windows in a fixed order");
  });
});

test('threshold refuses more levels than there can be states, and levels that are none', () => {
  const levels = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`l${i}`, { lower: 1, upper: 2 }]));
  expect(refusal(() => rowOf(({ n }) => js.threshold(n, levels)))).toContain(
    'threshold(…) has 22 limits, and at most 20 are taken.',
  );
  expect(refusal(() => rowOf(({ n }) => js.threshold(n, null)))).toContain('threshold(…) needs its levels');
  expect(
    refusal(() => rowOf((row) => js.threshold((row as never as { page: Untyped }).page, { c: { upper: 1 } }))),
  ).toContain('threshold(…) was given a string, and needs a number of the row.');
  expect(refusal(() => rowOf(({ n }) => js.threshold(n, { c: { upper: 1 } }, { hysteresis: '1' })))).toContain(
    'hysteresis is 1: it must be a number of 0 or more.',
  );
});

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const counted = (size: '1 minute' | '11 hours') =>
  view('v', clicks)
    .window(tumbling(size))
    .groupBy('page')
    .aggregate((e) => ({ n: count(), total: sum(e.n) }));

describe('what depends on the windows is refused with the plan', () => {
  const compiled = (complete: unknown) => () =>
    compilePipeline(pipelineDefinition(pipeline('p', [complete as View]), 'the test'));

  test.each([
    ['1 minute', 'is 1 window of this view'],
    ['2 days', 'is 2,880 windows of this view'],
  ] as const)('a span of %s of windows of a minute', (span, found) => {
    expect(compiled(counted('1 minute').derive((row) => ({ x: zScore(row.n, { span }) })))).toThrow(
      `${found}, and it must be from 2 to 1,000. Choose another span, or windows of another size.`,
    );
  });

  test('a usual season, where a day and a week are no whole numbers of windows', () => {
    expect(compiled(counted('11 hours').derive((row) => ({ x: forecast(row.n, { method: 'holtWinters' }) })))).toThrow(
      "View 'v': forecast(…): holtWinters needs a season, and neither a day nor a week is from 2 to 400 windows of this view.",
    );
  });
});

test('describe says each in words', () => {
  const words = (column: (row: Untyped) => unknown) => {
    const [derived] = definitionOf(rowOf(column)).derived;
    return describeColumn((derived as NonNullable<typeof derived>).node);
  };
  expect([
    words(({ n }) => js.threshold(n, { critical: { upper: 9 }, low: { lower: 1 } })),
    words(({ n }) => call('anomaly', n)),
    words(({ n }) => call('zScore', n)),
    words(({ n }) => call('zScore', n, { span: '15 minutes', threshold: 3 })),
    words(({ n }) => call('ewma', n)),
    words(({ n }) => call('robust', n)),
    words(({ n }) => call('seasonal', n)),
    words(({ n }) => call('changePoint', n)),
    words(({ n }) => call('trend', n, { windows: 12 })),
    words(({ n }) => call('seasonality', n)),
    words(({ n }) => call('forecast', n)),
  ]).toEqual([
    'state of n: critical_exceeded above 9, low_below under 1',
    'anomalies of n',
    'n beyond 2 σ of the last 10 rows',
    'n beyond 3 σ of the last 15 minutes',
    'n beyond 3 σ of its moving mean, alpha 0.2',
    'n beyond 3.5 robust σ of the last 30 rows',
    'n beyond 3 σ of its time of day and week',
    'changes of the level of n in the last 60 rows',
    'trend of n over 12 windows',
    'season of n over 400 windows',
    'forecast of n for 10 windows',
  ]);
});
