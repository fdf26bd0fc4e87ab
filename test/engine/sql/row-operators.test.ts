import fc from 'fast-check';
import {
  anomaly,
  changeOver,
  count,
  type Duration,
  histogram,
  max,
  mean,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  threshold,
  topK,
  tumbling,
  view,
} from 'streamgauge';
import type { NamedColumn, RowOperatorNode } from '../../../engine/ir/node.ts';
import { type ThresholdParameters, thresholdKind } from '../../../engine/row-operators/threshold.ts';
import { athenaStatement } from '../../../engine/sql/athena-statement.ts';
import { SqlError } from '../../../engine/sql/errors.ts';
import { naiveRows } from '../../support/naive-rows.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { openStatements, type Statements, statementOf } from './statement-rows.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.Optional(Type.String()), n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'n',
  maxLateness: '0 ms',
});
const minutes = view('minutes', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ total: sum(e.n) }))
  .derive((row) => ({ change: changeOver(row.total, { windows: 2 }) }));

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

const at = (minute: number, n: number, page: string | null = 'a') => ({ page, n, at: minute * 60_000 });

test('a struct is an object in the row, and a column for each field to those that read it', async () => {
  const events = [at(0, 10), at(2, 15), at(3, 1), at(2, 7, null), at(4, 0)];
  const rows = await statements.rows(
    minutes.derive((row) => ({ half: row.change.percent.div(2) })),
    events,
  );
  expect(rows.map(({ page, total, change, half }) => [page, total, JSON.parse(String(change)), half])).toEqual([
    ['a', 10, { absolute: null, percent: null, from: null }, null],
    [null, 7, { absolute: null, percent: null, from: null }, null],
    ['a', 15, { absolute: 5, percent: 50, from: 10 }, 25],
    ['a', 1, { absolute: null, percent: null, from: null }, null],
    ['a', 0, { absolute: -15, percent: -100, from: 15 }, -50],
  ]);
  const hourly = view('hourly', minutes)
    .where((row) => row.change.absolute.gt(-20))
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ rows: count(), least: max(row.change.from) }));
  expect(await statements.rows(hourly, events)).toMatchObject([{ rows: 2, least: 15 }]);
});

describe('columns that SQL cannot say', () => {
  const watched = minutes
    .derive((row) => ({ unusual: anomaly(row.total), state: threshold(row.total, { high: { upper: 12 } }) }))
    .derive((row) => ({ alarm: row.unusual.is_anomaly.and(row.total.gt(9)), doubled: row.total.mul(2) }))
    .derive((row) => ({ quiet: row.alarm.not() }));

  test('are left out with what is made of them, and named in the first lines', async () => {
    const statement = statementOf(watched);
    expect(statement).toContain(
      [
        "-- Columns of the stream's rows that SQL cannot say, and that are left out here:",
        '-- - unusual: anomalies of total;',
        '-- - alarm: value made of unusual;',
        '-- - quiet: value made of alarm.',
      ].join('\n'),
    );
    const [row] = await statements.rows(watched, [at(0, 10)]);
    expect(Object.keys(row ?? {})).toEqual([
      'window_start',
      'window_end',
      'page',
      'total',
      'change',
      'state',
      'doubled',
    ]);
    expect(athenaStatement(definitionOf(watched))).not.toContain('AS "unusual');
  });

  test('do not matter to a view above that does not read them, though it derives something of them', async () => {
    const above = view('above', watched)
      .derive((row) => ({ odd: row.unusual.score.gt(0.9) }))
      .window(tumbling('1 hour'))
      .aggregate((row) => ({ rows: count(), most: max(row.doubled) }));
    expect(await statements.rows(above, [at(0, 10), at(1, 4)])).toMatchObject([{ rows: 2, most: 20 }]);
    expect(statementOf(above)).not.toContain('left out');
  });

  const hours = () => view('above', watched).derive((row) => ({ odd: row.unusual.score.gt(0.9) }));
  const WHY = "which SQL cannot say: its rows depend on what only a stream's state knows.";
  test.each<[string, () => unknown]>([
    [
      `View 'above' filters by 'unusual' of view 'watched', the anomalies of total, ${WHY}`,
      () =>
        hours()
          .where((row) => row.unusual.is_anomaly)
          .window(tumbling('1 hour'))
          .aggregate(() => ({ n: count() })),
    ],
    [
      `View 'above' filters by 'odd' of view 'watched', the value made of unusual, ${WHY}`,
      () =>
        hours()
          .where((row) => row.odd)
          .window(tumbling('1 hour'))
          .aggregate(() => ({ n: count() })),
    ],
    [
      `View 'above' groups by 'quiet' of view 'watched', the value made of alarm, ${WHY}`,
      () =>
        hours()
          .window(tumbling('1 hour'))
          .groupBy('quiet')
          .aggregate(() => ({ n: count() })),
    ],
    [
      `View 'above' aggregates 'unusual' of view 'watched', the anomalies of total, ${WHY}`,
      () =>
        hours()
          .window(tumbling('1 hour'))
          .aggregate((row) => ({ worst: max(row.unusual.score) })),
    ],
    [
      `View 'above' aggregates 'alarm' of view 'watched', the value made of unusual, ${WHY}`,
      () =>
        hours()
          .window(tumbling('1 hour'))
          .aggregate((row) => ({ alarms: count().where(row.alarm) })),
    ],
  ])('%s', (message, define) => {
    expect(() => statementOf(define())).toThrow(
      new SqlError(`${message.replaceAll("'watched'", "'minutes'")} Leave that out of the view that is to be SQL.`),
    );
  });
});

describe('a state of fixed limits', () => {
  const states = view('states', clicks)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate((e) => ({ n: max(e.n).where(e.n.gt(0)) }))
    .derive((row) => ({ state: threshold(row.n, { high: { upper: 12 }, odd: { upper: 4.5, lower: 2 } }) }));

  test('is that of the last number, as in the stream', async () => {
    const numbers = [1, 3, 5, 13, -1, 3, -1, 2];
    const rows = await statements.rows(
      states,
      numbers.map((n, minute) => at(minute, n)),
    );
    const [derived] = definitionOf(states).derived;
    const { parameters } = (derived as NamedColumn).node as RowOperatorNode;
    const operator = thresholdKind.compile(parameters as ThresholdParameters, [], 60_000);
    const state = operator.create();
    const expected = numbers.map((n, i) =>
      operator.step(state, [n > 0 ? n : null], { startMs: i * 60_000, endMs: i * 60_000 + 60_000 }),
    );
    expect(rows.map((row) => row.state)).toEqual(expected);
    expect(new Set(expected).size).toBe(4);
  });

  test('with hysteresis or over windows is left out', () => {
    const slow = minutes.derive((row) => ({
      a: threshold(row.total, { high: { upper: 1 } }, { hysteresis: 1 }),
      b: threshold(row.total, { high: { upper: 1 } }, { forWindows: 2 }),
    }));
    expect(statementOf(slow)).toContain(
      '-- - a: state of total: high_exceeded above 1;\n-- - b: state of total: high_exceeded above 1.',
    );
  });
});

describe('rows of empty windows', () => {
  test('are those of the naive reference', async () => {
    const event = fc.record({
      page: fc.constantFrom(null, 'a', 'b'),
      n: fc.integer({ min: -3, max: 9 }),
      at: fc.integer({ min: -20, max: 40 }).map((second) => second * 1000 + 500),
    });
    const settingsOf = fc.record({
      slide: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 1, max: 5 }),
      keep: fc.integer({ min: 1, max: 6 }),
      offset: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 20 }), settingsOf, async (events, settings) => {
        const seconds = (n: number): Duration => `${BigInt(n)} seconds`;
        const { slide, size, keep, offset } = settings;
        const filled = view('filled', clicks)
          .window(sliding({ size: seconds(size), slide: seconds(slide), offset: seconds(offset) }), {
            emptyWindows: 'zero',
            keepGroupsFor: keep,
          })
          .groupBy('page')
          .aggregate((e) => ({ events: count(), total: sum(e.n), most: max(e.n) }))
          .derive((row) => ({ recent: sum(row.total).over({ windows: 3 }) }));
        const expected = naiveRows(
          events.map(({ page, n, at: atMs }) => ({ group: [page], n, atMs })),
          {
            sizeMs: size * 1000,
            slideMs: slide * 1000,
            offsetMs: offset * 1000,
            keepGroupsFor: keep,
            aggregates: (inWindow) => ({
              events: inWindow.length,
              total: inWindow.reduce((total, { n }) => total + n, 0),
              most: inWindow.length === 0 ? null : Math.max(...inWindow.map(({ n }) => n)),
            }),
            operators: {
              recent: (windows) =>
                windows
                  .filter((row) => row !== null)
                  .slice(-3)
                  .reduce((total, row) => total + (row.total as number), 0),
            },
          },
        );
        const rows = await statements.rows(filled, events);
        const named = (row: { window_start: unknown; page: unknown }) => `${row.window_start} ${row.page}`;
        const wanted = expected.map(({ group: [page], startMs, endMs, columns }) => ({
          window_start: new Date(startMs).toISOString(),
          window_end: new Date(endMs).toISOString(),
          page,
          ...columns,
        }));
        const sorted = <R extends { window_start: unknown; page: unknown }>(list: R[]) =>
          list.sort((a, b) => (named(a) < named(b) ? -1 : 1));
        expect(sorted(rows as never)).toEqual(sorted(wanted as never));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('have aggregates of nothing, of every kind', async () => {
    const all = view('all', clicks)
      .window(tumbling('1 minute'), { emptyWindows: 'zero', keepGroupsFor: 1 })
      .aggregate((e) => ({
        average: mean(e.n),
        top: topK(e.n, 2),
        ranges: histogram(e.n, { bounds: [0] }),
        pages: count(e.page),
      }));
    const rows = await statements.rows(all, [at(0, 1)]);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ average: null, pages: 0, window_start: '1970-01-01T00:01:00.000Z' });
    expect(JSON.parse(String(rows[1]?.top))).toEqual([]);
    expect(JSON.parse(String(rows[1]?.ranges)).map((bucket: { count: number }) => bucket.count)).toEqual([0, 0]);
  });

  test('of a view without aggregates have its groups alone', async () => {
    const seen = view('seen', clicks)
      .window(tumbling('1 minute'), { emptyWindows: 'zero', keepGroupsFor: 2 })
      .groupBy('page')
      .aggregate(() => ({}));
    expect(await statements.rows(seen, [at(0, 1), at(2, 1)])).toHaveLength(5);
  });
});
