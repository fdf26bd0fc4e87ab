import { generateSensors } from '../../generate/index.ts';
import sensors from '../../pipelines/sensors.ts';
import { exampleLines, runExample } from './run-example.ts';

interface Reading {
  readonly sensor: string;
  readonly metric: string;
  readonly value: number;
  readonly at: string;
}

const lines = exampleLines('sensors/readings.jsonl.gz');
const readings = lines.map((line) => JSON.parse(line) as Reading);
const MINUTE_MS = 60_000;

let rows: Awaited<ReturnType<typeof runExample>>;
beforeAll(async () => {
  rows = await runExample(sensors, lines);
});

test('the example is what the generator makes', () => {
  expect([...generateSensors()]).toEqual(lines);
});

interface Timed {
  readonly atMs: number;
  readonly value: number;
}

/** The last reading of a series in the fifteen minutes up to an instant. */
function latest(series: readonly Timed[], endMs: number): number | undefined {
  const inside = series.filter(({ atMs }) => atMs < endMs && atMs >= endMs - 15 * MINUTE_MS);
  return inside.sort((a, b) => a.atMs - b.atMs).at(-1)?.value;
}

test('each minute the last reading is judged by those of the fifteen minutes before it: ± 3 σ', () => {
  const series = readings
    .filter(({ sensor, metric }) => sensor === 'sensor-3' && metric === 'humidity')
    .map(({ at, value }) => ({ atMs: Date.parse(at), value }));
  const ours = rows('readings_15min').filter(({ sensor, metric }) => sensor === 'sensor-3' && metric === 'humidity');
  expect(ours.length).toBeGreaterThan(480);
  let anomalies = 0;
  for (const { window_end, latest: value, unusual, z_score } of ours.slice(20, 470)) {
    const endMs = Date.parse(window_end as string);
    const before = Array.from({ length: 15 }, (_, i) => latest(series, endMs - (i + 1) * MINUTE_MS) as number);
    const mean = before.reduce((sum, each) => sum + each, 0) / 15;
    const sigma = Math.sqrt(before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 14);
    const now = latest(series, endMs) as number;
    expect(value).toBe(now);
    const { expected, lower, upper, is_anomaly } = unusual as Record<string, number | boolean>;
    expect([expected, lower, upper]).toEqual(
      [mean, mean - 3 * sigma, mean + 3 * sigma].map((each) => expect.closeTo(each, 9)),
    );
    expect(z_score).toBeCloseTo((now - mean) / sigma, 6);
    expect(is_anomaly).toBe(Math.abs(now - mean) >= 3 * sigma);
    if (is_anomaly) anomalies++;
  }
  expect(anomalies).toBeGreaterThan(0);
});

test('each reading beyond 3 σ of the fifteen minutes before it is a row, with how far off it is', () => {
  const series = Map.groupBy(
    readings.map((reading) => ({ ...reading, atMs: Date.parse(reading.at) })),
    ({ sensor, metric }) => `${sensor} ${metric}`,
  );
  const flagged = [...series.values()].flat().flatMap(({ sensor, metric, value, at, atMs }) => {
    const endMs = atMs - (atMs % MINUTE_MS);
    const before = (series.get(`${sensor} ${metric}`) ?? [])
      .filter((other) => other.atMs < endMs && other.atMs >= endMs - 15 * MINUTE_MS)
      .map((other) => other.value);
    const expected = before.reduce((sum, each) => sum + each, 0) / before.length;
    const sigma = Math.sqrt(before.reduce((sum, each) => sum + (each - expected) ** 2, 0) / (before.length - 1));
    const deviation = value - expected;
    if (before.length < 10 || Math.abs(deviation) <= 3 * sigma) return [];
    return [{ event_time: at, sensor, metric, value, expected, deviation, z_score: deviation / sigma }];
  });
  flagged.sort((a, b) => a.event_time.localeCompare(b.event_time));
  expect(flagged.length).toBeGreaterThan(14);
  expect(rows('unusual_readings')).toEqual(
    flagged.map(({ expected, deviation, z_score, ...exact }) =>
      expect.objectContaining({
        ...exact,
        expected: expect.closeTo(expected, 9),
        deviation: expect.closeTo(deviation, 9),
        z_score: expect.closeTo(z_score, 6),
      }),
    ),
  );
});

test('temperatures rise above their limits in the day, and each row has the next hour', () => {
  const ours = rows('temperature_5min').filter(({ sensor }) => sensor === 'sensor-6');
  expect(ours[0]?.state).toBe('normal');
  expect(ours.at(-1)?.state).toBe('warning_exceeded');
  const { next } = ours.at(-13) as { next: { points: { value: number; lower: number; upper: number }[] } };
  const { points } = next;
  expect(points).toHaveLength(12);
  const actual = ours.slice(-12).map(({ average }) => average as number);
  const inside = points.filter(
    ({ lower, upper }, i) => lower <= (actual[i] as number) && (actual[i] as number) <= upper,
  );
  expect(inside.length).toBeGreaterThanOrEqual(9);
});
