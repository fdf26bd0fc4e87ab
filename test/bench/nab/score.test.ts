import { type LabelledSeries, NabScorer, PROFILES, type Profile, probation } from '../../../bench/nab/score.ts';

const [standard, lowFalseAlarms, lowMissed] = PROFILES as [Profile, Profile, Profile];

/** A hundred rows, of which the first 15 do not count, and a label from row 40 to 49. */
const one: LabelledSeries = {
  name: 'a/one.csv',
  values: Array.from({ length: 100 }, () => 0),
  timesMs: Array.from({ length: 100 }, (_, i) => i),
  windows: [[40, 49]],
};
const at = (...rows: number[]) => Array.from({ length: 100 }, (_, i) => (rows.includes(i) ? 1 : 0));
const rawOf = (rows: readonly number[], profile = standard) => new NabScorer([one], [at(...rows)]).at(1, profile).raw;

describe("the benchmark's score", () => {
  test('leaves out the first 15 % of a file, and never more than 750 rows', () => {
    expect([probation(100), probation(4032), probation(10_000)]).toEqual([15, 604, 750]);
    expect(rawOf([3])).toBe(rawOf([]));
  });

  test('the first row of a label is worth 1, and a later one less; the earliest counts', () => {
    expect(rawOf([40])).toBeCloseTo(1, 12);
    expect(rawOf([45])).toBeCloseTo(0.848_283_639_957_51 / 0.986_614_298_151_43, 10);
    expect(rawOf([41, 45, 49])).toBe(rawOf([41]));
  });

  test('a label that is missed costs 1, or 2', () => {
    expect(rawOf([])).toBe(-1);
    expect(rawOf([], lowMissed)).toBe(-2);
  });

  test('a false alarm costs all before a label, however near, and little right after it', () => {
    expect(rawOf([40, 39])).toBeCloseTo(1 - 0.11, 12);
    expect(rawOf([40, 20], lowFalseAlarms)).toBeCloseTo(1 - 0.22, 12);
    expect(rawOf([40, 58])).toBeCloseTo(1 - 0.11 * 0.986_614_298_151_43, 12);
    expect(rawOf([40, 90])).toBeCloseTo(1 - 0.11, 12);
  });

  test('is 100 for a perfect detector and 0 for a silent one; the best threshold may be none', () => {
    expect(new NabScorer([one], [at(40)]).best(standard)).toEqual({ normalised: 100, raw: 1, threshold: 1 });
    const blind = new NabScorer([one], [at(20, 21, 22)]);
    expect(blind.best(standard)).toEqual({ normalised: 0, raw: -1, threshold: 1.1 });
  });

  test('one threshold is for all series', () => {
    const scores = [at(40).map((s) => s * 0.5), at(20).map((s) => s * 0.7)];
    const { raw, threshold } = new NabScorer([one, one], scores).best(standard);
    expect(threshold).toBe(0.5);
    expect(raw).toBeCloseTo(1 - 1 - 0.11, 12);
  });
});
