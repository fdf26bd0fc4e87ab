import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { changePointDetector } from '../../../engine/detectors/change-point.ts';
import type { Detector, DetectorKind, Verdict } from '../../../engine/detectors/detector.ts';
import { ewmaDetector } from '../../../engine/detectors/ewma.ts';
import { robustDetector } from '../../../engine/detectors/robust.ts';
import { seasonalDetector } from '../../../engine/detectors/seasonal.ts';
import { zScoreDetector } from '../../../engine/detectors/z-score.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);

function run(detector: Detector, values: readonly number[], from = 0): Verdict[] {
  return values.map((value, i) => detector.step(value, MONDAY + (from + i) * HOUR));
}

const last = (detector: Detector, values: readonly number[]) => run(detector, values).at(-1) as Verdict;
const UP_TO_TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('zScore', () => {
  const make = (rows = 10, bySpan = false, threshold = 2) => zScoreDetector.create({ rows, bySpan, threshold });

  test('goes by mean and sample deviation of the rows before, not of this one', () => {
    const { expected, lower, upper, isAnomaly, reason, score } = last(make(), [...UP_TO_TEN, 20]);
    const sigma = Math.sqrt(82.5 / 9);
    expect(expected).toBeCloseTo(5.5, 12);
    expect(lower).toBeCloseTo(5.5 - 2 * sigma, 12);
    expect(upper).toBeCloseTo(5.5 + 2 * sigma, 12);
    expect({ isAnomaly, reason }).toEqual({
      isAnomaly: true,
      reason: '4.8 σ above the usual: 20, expected -0.5553 to 11.56',
    });
    // t = 14.5 / (σ √1.1) = 4.566 with 9 degrees of freedom.
    expect(1 - score).toBeCloseTo(0.001_36, 4);
  });

  test('forgets rows beyond its number', () => {
    expect(last(make(3), [1000, 1, 2, 3, 2]).expected).toBeCloseTo(2, 12);
  });

  test('says nothing before there are three rows', () => {
    expect(run(make(), [1, 2, 3]).map(({ expected }) => expected)).toEqual([null, null, null]);
    expect(last(make(), [1, 2, 3, 4]).expected).toBeCloseTo(2, 12);
  });

  test('by windows, rows without a value take a place', () => {
    const byRows = make(3);
    const byWindows = make(3, true);
    for (const each of [byRows, byWindows]) {
      run(each, [100, 1, 2, 3]);
      each.skip(2);
    }
    expect(byRows.step(3, 0).expected).toBeCloseTo(2, 12);
    expect(byWindows.step(3, 0).expected).toBeNull();
  });

  test('off a flat line anything is an anomaly, once the line is as long as what is looked at', () => {
    const flat = Array.from({ length: 10 }, () => 0.1);
    expect(last(make(), [...flat, 0.1])).toMatchObject({ isAnomaly: false, score: 0 });
    expect(last(make(), [...flat, 0.2])).toMatchObject({
      isAnomaly: true,
      score: 1,
      reason: 'off a flat line: 0.2, expected 0.1',
    });
    expect(last(make(), [...flat.slice(0, 5), 0.2])).toMatchObject({ isAnomaly: false, score: 0 });
  });
});

test('ewma weighs the first values the same, and then the newest by alpha', () => {
  const detector = ewmaDetector.create({ alpha: 0.25, threshold: 3 });
  const verdicts = run(detector, [4, 8, 6, 2, 5, 9]);
  expect(verdicts[4]).toMatchObject({ expected: null });
  // Four of equal weight: 5. Then 5 → 5, 9.
  expect(verdicts[5]?.expected).toBeCloseTo(5, 12);
  expect(detector.step(5, 0).expected).toBeCloseTo(6, 12);
});

describe('robust', () => {
  const make = () => robustDetector.create({ rows: 30, threshold: 3.5 });

  test('goes by median and median absolute deviation, which an outlier does not move', () => {
    const { expected, lower, upper } = last(make(), [...UP_TO_TEN, 1e6, 7]);
    expect(expected).toBe(6);
    expect((upper as number) - (lower as number)).toBeCloseTo(2 * 3.5 * 1.482_602_218_505_602 * 3, 9);
  });

  test('takes the mean deviation where more than half of the values are the same', () => {
    const { isAnomaly, lower, upper } = last(make(), [5, 5, 5, 5, 5, 5, 6, 4, 5, 5, 7]);
    expect((upper as number) - (lower as number)).toBeCloseTo(2 * 3.5 * 1.253_314_137_315_5 * 0.2, 9);
    expect(isAnomaly).toBe(true);
  });
});

describe('seasonal', () => {
  const make = () => seasonalDetector.create({ threshold: 3 });
  const wiggle = (i: number) => ((i * 7919) % 13) / 13;
  const day = (i: number) => (i % 24 === 9 ? 500 : 100) + wiggle(i);
  const weekend = (i: number) => (Math.floor(i / 24) % 7 >= 5 ? 20 + wiggle(i) : day(i));

  test('learns the hour of the day: the morning peak is usual, and the same at noon is not', () => {
    const values = Array.from({ length: 24 * 10 }, (_, i) => day(i));
    values.push(...Array.from({ length: 12 }, (_, i) => day(i)), 500);
    const verdicts = run(make(), values);
    expect(verdicts[24 * 10 + 9]?.isAnomaly).toBe(false);
    expect(verdicts[24 * 10 + 12]).toMatchObject({ isAnomaly: true });
    expect(verdicts[24 * 10 + 12]?.reason).toMatch(
      /^more than 100 σ above the usual for Thursday 12:00: 500, expected 9\d\.\d+ to 10\d(\.\d+)?$/,
    );
  });

  test('learns the day of the week: a quiet Saturday is usual, a quiet Monday is not', () => {
    const values = Array.from({ length: 24 * 7 * 5 }, (_, i) => weekend(i));
    values.push(...Array.from({ length: 24 }, (_, i) => 20 + wiggle(i)));
    const verdicts = run(make(), values);
    const anomalies = (from: number) => verdicts.slice(from, from + 24).filter(({ isAnomaly }) => isAnomaly).length;
    expect(anomalies(24 * (7 * 4 + 5))).toBeLessThan(3);
    expect(anomalies(24 * 7 * 5)).toBeGreaterThan(5);
  });
});

describe('changePoint', () => {
  const make = () => changePointDetector.create({ rows: 60, falseAlarms: 0.001 });
  const noise = (i: number) => ((i * 7919) % 101) / 101 - 0.5;

  test('tells a step that stays, once, and where it was', () => {
    const verdicts = run(
      make(),
      Array.from({ length: 120 }, (_, i) => (i < 60 ? 10 : 13) + noise(i)),
    );
    const found = verdicts.flatMap(({ isAnomaly }, i) => (isAnomaly ? [i] : []));
    expect(found).toHaveLength(1);
    expect(found[0]).toBeLessThan(68);
    expect(verdicts[found[0] as number]?.reason).toMatch(
      /^the level went from (9\.9\d+|10(\.0\d+)?) to 1[23](\.\d+)?, [5-8] rows ago$/,
    );
  });

  test('a spike is no change', () => {
    const verdicts = run(
      make(),
      Array.from({ length: 120 }, (_, i) => (i === 80 ? 100 : 10) + noise(i)),
    );
    expect(verdicts.some(({ isAnomaly }) => isAnomaly)).toBe(false);
  });
});

const kinds: [string, (run: <P>(kind: DetectorKind<P>, parameters: P) => void) => void][] = [
  ['zScore', (check) => check(zScoreDetector, { rows: 5, bySpan: true, threshold: 2 })],
  ['ewma', (check) => check(ewmaDetector, { alpha: 0.3, threshold: 3 })],
  ['robust', (check) => check(robustDetector, { rows: 7, threshold: 3.5 })],
  ['seasonal', (check) => check(seasonalDetector, { threshold: 3 })],
  ['changePoint', (check) => check(changePointDetector, { rows: 20, falseAlarms: 0.01 })],
];

test.each(kinds)('%s: is not blind for ever after numbers whose squares are beyond all numbers', (_name, withKind) => {
  withKind((kind, parameters) => {
    const usual = Array.from({ length: 24 * 40 }, (_, i) => 100 + ((i * 7919) % 13));
    const detector = kind.create(parameters);
    const verdicts = run(detector, [...usual.slice(0, 50), 1e308, -1e308, 1e200, ...usual.slice(53)]);
    // Before two weeks are over: one that knows the hours of a week would be asked then.
    for (const { expected } of verdicts.slice(24 * 12, 24 * 13))
      expect(Math.abs((expected as number) - 106)).toBeLessThan(10);
  });
});

const series = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant('gap' as const),
  ),
  { maxLength: 120 },
);

test.each(kinds)('%s: stored state goes on as it was, is bounded, and gives finite bounds', (_name, withKind) => {
  withKind((kind, parameters) => {
    fc.assert(
      fc.property(series, (values) => {
        const plain = kind.create(parameters);
        let stored = kind.create(parameters);
        values.forEach((value, i) => {
          const atMs = MONDAY + i * HOUR;
          if (value === 'gap') {
            plain.skip(1);
            stored.skip(1);
          } else {
            const verdict = plain.step(value, atMs);
            expect(stored.step(value, atMs)).toEqual(verdict);
            expect(verdict.score >= 0 && verdict.score <= 1).toBe(true);
            for (const bound of [verdict.expected, verdict.lower, verdict.upper]) {
              expect(bound === null || Number.isFinite(bound)).toBe(true);
            }
            expect(verdict.reason !== null).toBe(verdict.isAnomaly);
          }
          const out = new ByteWriter();
          stored.write(out);
          expect(out.length).toBeLessThanOrEqual(kind.maxStateBytes(parameters));
          const input = new ByteReader(out.finish().slice());
          stored = kind.create(parameters);
          stored.read(input);
          input.end();
        });
      }),
      { seed: 21, numRuns: 100 },
    );
  });
});
