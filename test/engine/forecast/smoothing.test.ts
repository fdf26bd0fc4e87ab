import { Smoothing, type SmoothingOptions, type Weights } from '../../../engine/forecast/smoothing.ts';
import { noiseOf } from './series.ts';

const PLAIN: Weights = { alpha: 0.5, beta: 0, damping: 1, gamma: 0 };
const NO_SEASON = { seasons: [], isMultiplicative: false } as const;

function learned(values: readonly number[], options: SmoothingOptions): Smoothing {
  const smoothing = new Smoothing(options);
  for (const value of values) smoothing.learn(value);
  return smoothing;
}

const valuesOf = (smoothing: Smoothing, horizon: number) =>
  (smoothing.forecast(horizon) ?? []).map(({ value }) => value);

describe('simple smoothing', () => {
  test('moves the level by its share of each error: 10, then 15, then 27.5', () => {
    const smoothing = learned([10, 20, 40], { weights: PLAIN, ...NO_SEASON });
    expect(valuesOf(smoothing, 3)).toEqual([27.5, 27.5, 27.5]);
  });

  test('has bounds of the errors so far, which grow by α² a step', () => {
    // One error counts, 25: its deviation is 25, times 1.96, times 1.25 for errors of values that were not fitted to.
    const [first, second] = learned([10, 20, 40], { weights: PLAIN, ...NO_SEASON }).forecast(2) ?? [];
    expect((first?.upper ?? 0) - 27.5).toBeCloseTo(61.249, 3);
    expect((second?.upper ?? 0) - 27.5).toBeCloseTo(61.249 * Math.sqrt(1.25), 3);
    expect((first?.lower ?? 0) + (first?.upper ?? 0)).toBeCloseTo(55, 9);
  });

  test('says nothing before the third number, for there is no error to go by', () => {
    const smoothing = learned([10, 20], { weights: PLAIN, ...NO_SEASON });
    expect(smoothing.forecast(1)).toBeNull();
  });

  test('weighs the first numbers as a mean does, while α would weigh the newest less', () => {
    const smoothing = learned([1, 2, 6], { weights: { ...PLAIN, alpha: 0.1 }, ...NO_SEASON });
    expect(valuesOf(smoothing, 1)[0]).toBeCloseTo(3, 12);
  });
});

describe("Holt's smoothing", () => {
  const weights = { alpha: 0.5, beta: 0.4, damping: 1, gamma: 0 };

  test('adds a trend: after 10, 12, 14 the level is 12.7 and the trend 0.92', () => {
    const smoothing = learned([10, 12, 14], { weights, ...NO_SEASON });
    const [one, two] = valuesOf(smoothing, 2);
    expect(one).toBeCloseTo(13.62, 12);
    expect(two).toBeCloseTo(14.54, 12);
  });

  test('damped, goes on by less and less of the trend', () => {
    const smoothing = learned(
      Array.from({ length: 200 }, (_, i) => 3 * i),
      { weights: { ...weights, damping: 0.5 }, ...NO_SEASON },
    );
    const [a = 0, b = 0, c = 0] = valuesOf(smoothing, 3);
    expect((c - b) / (b - a)).toBeCloseTo(0.5, 9);
  });

  test('is what the component form of the textbook gives', () => {
    const values = noiseOf(3, 60).map((noise, i) => 40 + 2 * i + 10 * noise);
    const smoothing = learned(values, { weights: { ...weights, damping: 0.9 }, ...NO_SEASON });
    expect(valuesOf(smoothing, 5)).toEqual(
      holtByComponents(values, { ...weights, damping: 0.9 }, 5).map((value) => expect.closeTo(value, 9)),
    );
  });

  test('a gap is as if what was expected had come', () => {
    const values = [10, 12, 14, 17];
    const skipped = learned(values, { weights, ...NO_SEASON });
    const expected = valuesOf(skipped, 4).slice(2);
    skipped.skip(2);
    expect(valuesOf(skipped, 2)).toEqual(expected.map((value) => expect.closeTo(value, 12)));
  });
});

/** Level and trend each as a mean of what is new and what was expected (Hyndman and Athanasopoulos, section 8.2). */
function holtByComponents(values: readonly number[], { alpha, beta, damping }: Weights, horizon: number): number[] {
  let [level, trend] = [values[0] as number, 0];
  values.slice(1).forEach((value, i) => {
    const share = Math.max(alpha, 1 / (i + 2));
    const before = level;
    level = share * value + (1 - share) * (level + damping * trend);
    trend = beta * (level - before) + (1 - beta) * damping * trend;
  });
  let [grown, power] = [0, 1];
  return Array.from({ length: horizon }, () => {
    power *= damping;
    grown += power;
    return level + grown * trend;
  });
}

describe("Holt and Winters' smoothing", () => {
  const weights = { alpha: 0.1, beta: 0.01, damping: 0.98, gamma: 0.15 };
  const swing = [0, 30, 55, 20, -10, -40, -55];

  test('learns a season that adds to the level', () => {
    const value = (i: number) => 200 + (swing[i % 7] as number);
    const smoothing = learned(
      Array.from({ length: 700 }, (_, i) => value(i)),
      { weights, seasons: [7], isMultiplicative: false },
    );
    valuesOf(smoothing, 14).forEach((said, i) => {
      expect(Math.abs(said - value(700 + i))).toBeLessThan(0.5);
    });
  });

  test('multiplicative, learns a season in percent of a level that grows', () => {
    const value = (i: number) => 100 * 1.002 ** i * (1 + (swing[i % 7] as number) / 100);
    const values = Array.from({ length: 700 }, (_, i) => value(i));
    const relative = (isMultiplicative: boolean) => {
      const said = valuesOf(
        learned(values, { weights: { ...weights, damping: 1 }, seasons: [7], isMultiplicative }),
        7,
      );
      return Math.max(...said.map((each, i) => Math.abs(each / value(700 + i) - 1)));
    };
    expect(relative(true)).toBeLessThan(0.01);
    expect(relative(false)).toBeGreaterThan(relative(true));
  });

  test('multiplicative, says nothing once a number was 0 or less', () => {
    const smoothing = learned([5, 6, 7, 0, 8, 9], { weights, seasons: [2], isMultiplicative: true });
    expect(smoothing.forecast(1)).toBeNull();
  });

  test('learns two seasons at once', () => {
    const value = (i: number) => 100 + (i % 4 === 0 ? 20 : 0) + (Math.floor(i / 4) % 3 === 2 ? -30 : 0);
    const smoothing = learned(
      Array.from({ length: 1200 }, (_, i) => value(i)),
      { weights, seasons: [4, 12], isMultiplicative: false },
    );
    valuesOf(smoothing, 12).forEach((said, i) => {
      expect(Math.abs(said - value(1200 + i))).toBeLessThan(1);
    });
  });

  test('stays in step with the season over a gap', () => {
    const value = (i: number) => 200 + (swing[i % 7] as number);
    const smoothing = learned(
      Array.from({ length: 350 }, (_, i) => value(i)),
      { weights, seasons: [7], isMultiplicative: false },
    );
    smoothing.skip(3);
    valuesOf(smoothing, 7).forEach((said, i) => {
      expect(Math.abs(said - value(353 + i))).toBeLessThan(1);
    });
  });
});

test('a number beyond what can be added up is forgotten again: forecasts come back', () => {
  const smoothing = learned([1e308, -1e308, 5, 6, 5, 6, 5], { weights: PLAIN, ...NO_SEASON });
  expect(valuesOf(smoothing, 1)[0]).toBeCloseTo(5.4, 0);
});
