import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ByteReader } from '../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../engine/bytes/byte-writer.ts';
import type { Method } from '../../engine/forecast/methods.ts';
import type { Forecast, ForecastPoint } from '../../engine/row-operators/forecast.ts';
import { rowOperatorOf } from '../../engine/row-operators/registry.ts';
import { mase, msis, naive2, scaleOf, smape } from './scores.ts';

const HELP = `npm run bench:forecast -- --data DIR [--method NAME]

Forecasts each hourly series of the M4 competition in DIR (files named *train* and *test*, one series a line: id, values) 48
hours ahead, with the operator that a view has, and prints the competition's scores.

Example: npm run bench:forecast -- --data ../shared/data/m4
`;

const HOUR_MS = 3_600_000;
const [DAY, HORIZON] = [24, 48];
const METHODS: readonly Method[] = ['auto', 'regression', 'holtWintersMultiplicative', 'holtWinters', 'holt', 'simple'];

interface Series {
  readonly history: readonly number[];
  readonly actual: readonly number[];
}

interface Said {
  readonly points: readonly ForecastPoint[] | null;
  readonly values: readonly number[];
}

function main(): void {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, method: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help || values.data === undefined || !existsSync(values.data)) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const series = readSeries(values.data);
  const naive = series.map(({ history }) => naive2(history, DAY, HORIZON));
  const base = scoresOf(
    series,
    naive.map((each) => ({ points: null, values: each })),
  );
  print(`${series.length} series, ${HORIZON} hours ahead`);
  print(`  ${'method'.padEnd(28)}   OWA   sMAPE    MASE    MSIS  within 95 %   µs a row   bytes`);
  const row = (name: string, said: readonly Said[], rest = '') => {
    const { sMAPE, MASE, MSIS, within } = scoresOf(series, said);
    const owa = (sMAPE / base.sMAPE + MASE / base.MASE) / 2;
    const bounds =
      MSIS === null
        ? '      –            –'
        : `${MSIS.toFixed(2).padStart(7)}  ${(100 * (within ?? 0)).toFixed(1).padStart(10)}%`;
    print(
      `  ${name.padEnd(28)} ${owa.toFixed(3)} ${sMAPE.toFixed(3).padStart(7)} ${MASE.toFixed(3).padStart(7)} ${bounds}${rest}`,
    );
  };
  row(
    'Naive2',
    naive.map((each) => ({ points: null, values: each })),
  );
  row(
    'seasonal naive',
    series.map(({ history }) => ({ points: null, values: seasonalNaive(history) })),
  );
  for (const method of values.method === undefined ? METHODS : [values.method as Method]) {
    const { said, microseconds, bytes } = run(method, series);
    row(method, said, `${microseconds.toFixed(1).padStart(11)} ${String(bytes).padStart(7)}`);
  }
}

/** Each series goes through the operator as a stream's rows do, and once through its codec. */
function run(method: Method, series: readonly Series[]) {
  const operator = rowOperatorOf(
    {
      op: 'structOperator',
      kind: 'forecast',
      parameters: { horizon: HORIZON, method, seasons: null, weights: {} },
      operands: [],
      type: { kind: 'struct', fields: {} },
    },
    HOUR_MS,
  );
  const started = performance.now();
  let [rows, bytes] = [0, 0];
  const said = series.map(({ history }) => {
    let state = operator.create();
    let last: Forecast = { points: null, method: null };
    history.forEach((value, i) => {
      if (i === history.length >> 1) {
        const out = new ByteWriter();
        operator.encode(state, out);
        bytes = Math.max(bytes, out.length);
        state = operator.decode(new ByteReader(out.finish().slice()));
      }
      last = operator.step(state, [value], { startMs: i * HOUR_MS, endMs: (i + 1) * HOUR_MS }) as unknown as Forecast;
      rows++;
    });
    return { points: last.points, values: (last.points ?? []).map(({ value }) => value) };
  });
  return { said, bytes, microseconds: ((performance.now() - started) * 1000) / rows };
}

function seasonalNaive(history: readonly number[]): number[] {
  return Array.from({ length: HORIZON }, (_, i) => history[history.length - DAY + (i % DAY)] as number);
}

function scoresOf(series: readonly Series[], said: readonly Said[]) {
  const mean = (of: (each: Series, said: Said) => number) =>
    series.reduce((sum, each, i) => sum + of(each, said[i] as Said), 0) / series.length;
  const hasBounds = said.every(({ points }) => points !== null);
  const inside = (actual: readonly number[], points: readonly ForecastPoint[]) =>
    actual.filter((value, i) => value >= (points[i]?.lower ?? 0) && value <= (points[i]?.upper ?? 0)).length;
  return {
    sMAPE: mean(({ actual }, { values }) => smape(actual, values)),
    MASE: mean(({ history, actual }, { values }) => mase(actual, values, scaleOf(history, DAY))),
    MSIS: hasBounds
      ? mean(({ history, actual }, { points }) => msis(actual, points ?? [], scaleOf(history, DAY)))
      : null,
    within: hasBounds ? mean(({ actual }, { points }) => inside(actual, points ?? []) / actual.length) : null,
  };
}

function readSeries(folder: string): Series[] {
  const lines = (kind: string) => {
    const file = readdirSync(folder).find((name) => name.includes(kind) && /\.csv(\.gz)?$/.test(name));
    if (file === undefined) return [];
    const bytes = readFileSync(join(folder, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    const rows = text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.replaceAll('"', '').split(',').slice(1));
    return rows
      .map((row) => row.filter((cell) => cell.trim() !== '').map(Number))
      .filter((row) => row.every(Number.isFinite));
  };
  const tests = lines('test').filter((row) => row.length === HORIZON);
  const histories = lines('train').filter((row) => row.length > HORIZON);
  return histories.map((history, i) => ({ history, actual: tests[i] ?? [] }));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
