import { NormalEquations } from '../../../engine/forecast/normal-equations.ts';
import { SeasonalRegression } from '../../../engine/forecast/seasonal-regression.ts';
import { noiseOf, normalOf } from './series.ts';

describe('least squares', () => {
  test('finds the plane that points lie in', () => {
    const equations = new NormalEquations(3);
    const [a, b] = [noiseOf(1, 200), noiseOf(2, 200)];
    for (const [i, x] of a.entries()) {
      equations.add(Float64Array.of(x, b[i] as number, 1), 3 * x - 2 * (b[i] as number) + 5);
    }
    const solved = equations.solve();
    expect([...(solved?.coefficients ?? [])]).toEqual([3, -2, 5].map((each) => expect.closeTo(each, 3)));
    expect(solved?.variance).toBeLessThan(1e-4);
  });

  test('is that of weights which fade, solved by elimination', () => {
    const [xs, noise] = [noiseOf(3, 300), noiseOf(4, 300)];
    const ys = xs.map((x, i) => (i < 150 ? 2 : 4) * x + (noise[i] as number));
    const equations = new NormalEquations(2);
    for (const [i, x] of xs.entries()) equations.add(Float64Array.of(x, 1), ys[i] as number);
    const weights = xs.map((_, i) => 0.998 ** (299 - i));
    const sum = (of: (i: number) => number) => weights.reduce((total, weight, i) => total + weight * of(i), 0);
    const x = (i: number) => xs[i] as number;
    const y = (i: number) => ys[i] as number;
    const [xx, sx, n, xy, sy] = [sum((i) => x(i) ** 2), sum(x), sum(() => 1), sum((i) => x(i) * y(i)), sum(y)];
    const slope = (n * xy - sx * sy) / (n * xx - sx * sx);
    expect(equations.rows).toBeCloseTo(n, 9);
    expect(equations.solve()?.coefficients[0]).toBeCloseTo(slope, 2);
  });

  test('has no answer of nothing', () => {
    expect(new NormalEquations(2).solve()).toBeNull();
  });
});

function learned(values: readonly number[], seasons: readonly number[]): SeasonalRegression {
  const regression = new SeasonalRegression(seasons);
  for (const value of values) regression.learn(value);
  return regression;
}

describe('the seasonal regression', () => {
  const round = (i: number) => [3, -4, 10, 25, 12, -20, 7, -33][i % 8] as number;

  test('goes on with what comes round exactly', () => {
    const values = Array.from({ length: 400 }, (_, i) => round(i));
    const said = learned(values, [8]).forecast(24) ?? [];
    expect(said).toHaveLength(24);
    said.forEach(({ value }, i) => {
      expect(Math.abs(value - round(400 + i))).toBeLessThan(1);
    });
  });

  test('goes by logarithms where all numbers are above 0: a swing of 30 % stays one as the level grows', () => {
    const value = (i: number) => 50 * 1.004 ** i * (1 + 0.01 * round(i));
    const said = learned(
      Array.from({ length: 500 }, (_, i) => value(i)),
      [8],
    ).forecast(8);
    said?.forEach((point, i) => {
      expect(Math.abs(point.value / value(500 + i) - 1)).toBeLessThan(0.02);
    });
    expect(said?.every(({ lower }) => lower > 0)).toBe(true);
  });

  test('finds an autoregression without a season: a pull of 0.7 to the mean', () => {
    const noise = normalOf(5, 3000);
    let last = 0;
    const values = noise.map((each) => {
      last = 0.7 * last + each;
      return last;
    });
    const at = values.at(-1) as number;
    const said = learned(values, []).forecast(3) ?? [];
    expect(said.map(({ value }) => value)).toEqual([0.7, 0.49, 0.343].map((share) => expect.closeTo(share * at, 0)));
    // The error of the second step is that of the first and 0.7 of it: √(1 + 0.49).
    const widths = said.map(({ lower, upper }) => upper - lower);
    expect((widths[1] as number) / (widths[0] as number)).toBeCloseTo(Math.sqrt(1.49), 1);
  });

  test('says nothing before it has seen two seasons and enough rows beside them', () => {
    const values = Array.from({ length: 30 }, (_, i) => round(i));
    expect(learned(values, [8]).forecast(1)).toBeNull();
  });

  test('stays in step over a gap', () => {
    const regression = learned(
      Array.from({ length: 400 }, (_, i) => round(i)),
      [8],
    );
    regression.skip(3);
    regression.forecast(8)?.forEach(({ value }, i) => {
      expect(Math.abs(value - round(403 + i))).toBeLessThan(1);
    });
  });

  test('goes on after numbers whose squares are beyond all numbers', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i === 60 ? 1e300 : 100 + round(i)));
    const said = learned(values, [8]).forecast(1);
    expect(Math.abs((said?.[0]?.value ?? 0) - 100 - round(400))).toBeLessThan(2);
  });
});
