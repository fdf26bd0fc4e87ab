import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { autoDetector } from '../../../engine/detectors/auto/auto.ts';
import type { Detector, Verdict } from '../../../engine/detectors/detector.ts';

const DEFAULT = { sensitivity: 0.5, memory: 8, warmUp: 50 } as const;
const MINUTES_5 = 300_000;
const MONDAY = Date.UTC(2026, 0, 5);

/** A day that repeats, with some noise of a fixed seed. */
function daily(rows: number, seed = 1): number[] {
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: rows }, (_, i) => 200 + 100 * Math.sin((2 * Math.PI * i) / 288) + 10 * noise());
}

const run = (values: readonly number[], detector: Detector = autoDetector.create(DEFAULT), from = 0): Verdict[] =>
  values.map((value, i) => detector.step(value, MONDAY + (from + i) * MINUTES_5));

function restored(detector: Detector): Detector {
  const out = new ByteWriter();
  detector.write(out);
  expect(out.length).toBeLessThanOrEqual(autoDetector.maxStateBytes(DEFAULT));
  // A store hands out a view of something larger.
  const input = new ByteReader(
    Buffer.concat([Buffer.alloc(3), out.finish(), Buffer.alloc(5)]).subarray(3, 3 + out.length),
  );
  const again = autoDetector.create(DEFAULT);
  again.read(input);
  input.end();
  return again;
}

const alarms = (verdicts: readonly Verdict[]) => verdicts.flatMap(({ isAnomaly }, i) => (isAnomaly ? [i] : []));

describe('the detector that learns by itself', () => {
  test('finds a spike at its row, once, and says what was expected', () => {
    const values = daily(2000);
    values[1500] = 512;
    const verdicts = run(values);
    expect(alarms(verdicts.slice(1400))).toEqual([100]);
    const { reason, expected, lower, upper, score } = verdicts[1500] as Verdict;
    expect(reason).toMatch(/^\d+\.\d σ above the usual.*: 512, expected \d+(\.\d)? to \d+(\.\d)?$/);
    expect(Math.abs((expected as number) - (daily(2000)[1500] as number))).toBeLessThan(20);
    expect((lower as number) < (upper as number)).toBe(true);
    expect(score).toBeGreaterThan(0.999);
  });

  test('finds that the day does not come: a flat morning', () => {
    const values = daily(288 * 9);
    for (let i = 288 * 8 + 20; i < 288 * 8 + 130; i++) values[i] = 200;
    const found = alarms(run(values)).filter((row) => row >= 288 * 8);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toBeLessThan(288 * 8 + 130);
  });

  test.each([
    ['a working day that does not come', 7 * 8 + 2],
    ['a working day on a Saturday', 7 * 8 + 5],
  ])('finds %s', (_, wrong) => {
    const noise = daily(24 * 7 * 10, 5);
    const hours = noise.map((random, row) => {
      const day = Math.floor(row / 24);
      const isFree = day % 7 >= 5 !== (day === wrong);
      return 100 + (random % 10) + (isFree ? 0 : 300 * Math.exp(-((((row % 24) - 13) / 4) ** 2)));
    });
    const detector = autoDetector.create(DEFAULT);
    const verdicts = hours.map((value, row) => detector.step(value, MONDAY + row * 3_600_000));
    const days = alarms(verdicts).map((row) => Math.floor(row / 24));
    expect(days.filter((day) => day >= 7 * 4 && day < wrong + 1)).toContain(wrong);
    expect(days.filter((day) => day >= 7 * 4 && day !== wrong).length).toBeLessThanOrEqual(1);
  });

  test('is silent about a flat line, and about one number', () => {
    expect(alarms(run(Array.from({ length: 500 }, () => 7)))).toEqual([]);
    expect(run([7])[0]).toEqual({ score: 0, isAnomaly: false, expected: null, lower: null, upper: null, reason: null });
  });

  test('a step that stays is one alarm or two, then the new level is usual', () => {
    const values = daily(288 * 6).map((value, i) => (i < 288 * 4 ? value : value + 400));
    const found = alarms(run(values)).filter((row) => row >= 288 * 4);
    expect(found[0]).toBeLessThan(288 * 4 + 5);
    expect(found.length).toBeLessThanOrEqual(4);
  });

  test('raises no alarm in the first rows, and is not blind for long', () => {
    const values = daily(200);
    values[20] = 1000;
    values[120] = 9000;
    const found = alarms(run(values));
    expect(found).not.toContain(20);
    expect(found).toContain(120);
  });

  test('more sensitivity is more alarms', () => {
    const values = daily(3000, 7).map((value, i) => (i % 97 === 0 ? value * 1.4 : value));
    const count = (sensitivity: number) => alarms(run(values, autoDetector.create({ ...DEFAULT, sensitivity }))).length;
    const counts = [0, 0.3, 0.5, 0.7, 1].map(count);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[4]).toBeGreaterThan(counts[0] as number);
  });
});

const series = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
    { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  ),
  { minLength: 1, maxLength: 400 },
);

describe('what its verdicts depend on', () => {
  test('the values before alone: cut short, a series has the same scores', () => {
    const values = daily(1500);
    values[900] = -40;
    expect(run(values.slice(0, 900))).toEqual(run(values).slice(0, 900));
  });

  test('not on whether its state was stored between two values', () => {
    fc.assert(
      fc.property(series, fc.nat(), (values, at) => {
        const cut = at % values.length;
        const detector = autoDetector.create(DEFAULT);
        const head = run(values.slice(0, cut), detector);
        expect([...head, ...run(values.slice(cut), restored(detector), cut)]).toEqual(run(values));
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  test('nor where it is stored after each of many rows, gaps between them', () => {
    const values = daily(700);
    const plain = autoDetector.create(DEFAULT);
    let stored: Detector = autoDetector.create(DEFAULT);
    values.forEach((value, i) => {
      if (i % 50 === 49) {
        plain.skip(3);
        stored.skip(3);
      }
      const atMs = MONDAY + (i + 3 * Math.floor((i + 1) / 50)) * MINUTES_5;
      expect(stored.step(value, atMs)).toEqual(plain.step(value, atMs));
      stored = restored(stored);
    });
  });

  test('not on the unit of the values, nor on where zero is', () => {
    const values = daily(1200).map((value) => Math.round(value * 64) / 64);
    values[1000] = 640;
    const moved = run(values.map((value) => (value + 4096) * 1024));
    expect(moved.map(({ score, isAnomaly }) => ({ score, isAnomaly }))).toEqual(
      run(values).map(({ score, isAnomaly }) => ({ score, isAnomaly })),
    );
  });

  test('scores are probabilities, bounds are in order, and only anomalies have reasons', () => {
    fc.assert(
      fc.property(series, (values) => {
        for (const { score, isAnomaly, lower, upper, expected, reason } of run(values)) {
          expect(score >= 0 && score <= 1).toBe(true);
          expect(reason !== null).toBe(isAnomaly);
          if (expected === null) expect([lower, upper]).toEqual([null, null]);
          else expect((lower as number) <= expected && expected <= (upper as number)).toBe(true);
        }
      }),
      { seed: 12, numRuns: 60 },
    );
  });
});
