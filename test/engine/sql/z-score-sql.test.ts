import { count, mean, stream, sum, Timestamp, Type, tumbling, view, zScore } from 'streamgauge';
import type { ZScoreOptions, ZScoreSettings } from '../../../engine/row-operators/z-score.ts';
import { zScoreKind } from '../../../engine/row-operators/z-score.ts';
import { athenaStatement } from '../../../engine/sql/athena-statement.ts';
import { SqlError } from '../../../engine/sql/errors.ts';
import { Random } from '../../oracle/random-events.ts';
import { definitionOf } from '../dsl/definition-of.ts';
import { openStatements, type Statements, statementOf } from './statement-rows.ts';

const MINUTE_MS = 60_000;
const readings = stream('readings', {
  schema: Type.Object({ sensor: Type.String(), value: Type.Number(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'sensor',
  maxLateness: '0 ms',
});
const watching = (options: ZScoreOptions) =>
  view('watching', readings)
    .window(tumbling('1 minute'))
    .groupBy('sensor')
    .aggregate((e) => ({ total: sum(e.value), usual: mean(e.value) }))
    .derive((row) => ({ odd: zScore(row.total, options) }));

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

/** A series with gaps, steps, flat stretches and spikes, by minute. */
function series(seed: number): (number | null)[] {
  const random = new Random(seed);
  let level = random.below(100) - 50;
  return Array.from({ length: 120 }, (_, index) => {
    if (random.below(20) === 0) level += random.below(200) - 100;
    if (random.below(6) === 0) return null;
    const isFlat = Math.floor(index / 20) % 3 === 1;
    // What is left of equal numbers by rounding is no noise.
    const noise = isFlat ? level * 1e-14 * random.below(2) : (random.below(1000) - 500) / 97;
    return random.below(15) === 0 ? level + 40 * noise : level + noise;
  });
}

interface Verdict {
  readonly is_anomaly: boolean;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** What a stream's rows say, by the operator itself. */
function byOperator(options: ZScoreOptions, values: readonly (number | null)[]): Verdict[] {
  const spanMs = options.span === undefined ? null : 7 * MINUTE_MS;
  const settings: ZScoreSettings = { rows: options.rows ?? 10, spanMs, threshold: options.threshold ?? 2 };
  const operator = zScoreKind.compile(settings, [{ kind: 'number', nullable: false }], MINUTE_MS);
  const state = operator.create();
  return values.flatMap((value, index) => {
    if (value === null) {
      operator.skip(state, 1);
      return [];
    }
    const window = { startMs: index * MINUTE_MS, endMs: (index + 1) * MINUTE_MS };
    return [operator.step(state, [value], window) as never as Verdict];
  });
}

function isClose(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) < 1e-8;
}

describe.each<[string, ZScoreOptions]>([
  ['the last ten rows', {}],
  ['the last two rows', { rows: 2, threshold: 3 }],
  ['the last 30 rows, with a low threshold', { rows: 30, threshold: 0.7 }],
  ['a span of time', { span: '7 minutes', threshold: 2.5 }],
])('over %s', (_, options) => {
  test('the statement says what the rows of a stream say, of 40 series with gaps, flat lines and spikes', async () => {
    const all = Array.from({ length: 40 }, (__, seed) => series(seed));
    const events = all.flatMap((values, sensor) =>
      values.flatMap((value, minute) =>
        value === null ? [] : [{ sensor: String(sensor).padStart(2, '0'), value, at: minute * MINUTE_MS }],
      ),
    );
    const rows = await statements.rows(watching(options), events);
    let [anomalies, known, borderline] = [0, 0, 0];
    const different: unknown[] = [];
    for (const [sensor, values] of all.entries()) {
      const expected = byOperator(options, values);
      const found = rows.filter((row) => Number(row.sensor) === sensor);
      expect(found).toHaveLength(expected.length);
      for (const [index, verdict] of expected.entries()) {
        const { odd, total } = found[index] ?? {};
        const said = JSON.parse(String(odd)) as Verdict;
        // Rounding can move what lies on a bound to either side.
        const isOnBound = isClose(verdict.lower, Number(total)) || isClose(verdict.upper, Number(total));
        const isSame =
          Object.keys(said).join() === 'is_anomaly,expected,lower,upper' &&
          (['expected', 'lower', 'upper'] as const).every((name) => isClose(verdict[name], said[name])) &&
          (isOnBound || verdict.is_anomaly === said.is_anomaly);
        if (!isSame) different.push({ sensor, index, total, verdict, said });
        if (isOnBound) borderline++;
        if (verdict.is_anomaly) anomalies++;
        if (verdict.expected !== null) known++;
      }
    }
    expect(different.slice(0, 3)).toEqual([]);
    expect(known).toBeGreaterThan(3000);
    expect(anomalies).toBeGreaterThan(100);
    expect(known - borderline).toBeGreaterThan(anomalies);
  });
});

test('the score and the reason are left out, with what is made of them, and the first lines say what they are', async () => {
  const more = watching({}).derive((row) => ({
    certain: row.odd.score.gt(0.99),
    is_odd: row.odd.is_anomaly,
    share: row.total.div(row.odd.expected),
  }));
  expect(statementOf(more)).toContain(
    [
      "-- - odd.score: tail of Student's t distribution, of total beyond 2 σ of the last 10 rows;",
      '-- - odd.reason: text with numbers rounded for people, of total beyond 2 σ of the last 10 rows;',
      '-- - certain: value made of odd.score.',
    ].join('\n'),
  );
  const [row] = await statements.rows(more, [{ sensor: 'a', value: 1, at: 0 }]);
  expect(row).toMatchObject({ is_odd: false, share: null });
  expect(row).not.toHaveProperty('certain');
});

test('one field of it is a column, if SQL can say that field', () => {
  const base = view('watching', readings)
    .window(tumbling('1 minute'))
    .aggregate((e) => ({ total: sum(e.value) }));
  expect(statementOf(base.derive((row) => ({ odd: zScore(row.total).is_anomaly })))).toContain(' AS "odd"');
  expect(statementOf(base.derive((row) => ({ odd: zScore(row.total).score })))).toContain(
    "-- - odd: tail of Student's t distribution, of total beyond 2 σ of the last 10 rows.",
  );
});

test('a view above reads what SQL can say, and is refused where its rows depend on the rest', async () => {
  const above = (condition: (row: { odd: { is_anomaly: never; score: { gt(n: number): never } } }) => never) =>
    view('above', watching({ rows: 2 }))
      .where(condition as never)
      .window(tumbling('1 hour'))
      .aggregate(() => ({ odd: count() }));
  const events = [0, 0, 0, 9, 0].map((value, minute) => ({ sensor: 'a', value, at: minute * MINUTE_MS }));
  expect(
    await statements.rows(
      above((row) => row.odd.is_anomaly),
      events,
    ),
  ).toMatchObject([{ odd: 1 }]);
  expect(() => statementOf(above((row) => row.odd.score.gt(0.9)))).toThrow(SqlError);
  expect(() => statementOf(above((row) => row.odd.score.gt(0.9)))).toThrow(
    "View 'above' filters by 'odd.score' of view 'watching', the tail of Student's t distribution",
  );
});

test('of a number that can be missing, rows are not said: a frame counts rows without one. A span is', () => {
  const of = (options: ZScoreOptions) =>
    statementOf(
      view('watching', readings)
        .window(tumbling('1 minute'))
        .aggregate((e) => ({ usual: mean(e.value).where(e.value.gt(0)) }))
        .derive((row) => ({ odd: zScore(row.usual, options) })),
    );
  expect(of({})).toContain('-- - odd: usual beyond 2 σ of the last 10 rows.');
  expect(of({ span: '7 minutes' })).toContain('RANGE BETWEEN 420000 PRECEDING AND 60000 PRECEDING');
});

test('Athena has it too, in words that Trino knows', () => {
  const sql = athenaStatement(definitionOf(watching({})));
  expect(sql).toContain('stddev_samp(CASE WHEN abs(CAST("total" AS DOUBLE)) < 1e150 THEN CAST("total" AS DOUBLE) END)');
  expect(sql).toContain('ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING');
});
