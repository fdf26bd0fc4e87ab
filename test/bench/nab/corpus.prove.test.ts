import { jittered } from '../../../bench/nab/jitter.ts';
import { madeUp } from '../../../bench/nab/made-up.ts';
import { type LabelledSeries, probation } from '../../../bench/nab/score.ts';

const MINUTE = 60_000;
/** A thousand rows that count up, and a label from row 500 to 549. */
const one: LabelledSeries = {
  name: 'a/one.csv',
  values: Array.from({ length: 1000 }, (_, i) => i),
  timesMs: Array.from({ length: 1000 }, (_, i) => i * MINUTE),
  windows: [[500, 549]],
};
const copy = (how: string, of = one) =>
  jittered([of]).find(({ name }) => name === `a/one#${how}.csv`) as LabelledSeries;

describe('jittered copies', () => {
  test('are five of each series', () => {
    expect(jittered([one, one])).toHaveLength(10);
  });

  test('leave out the first 8 %, and keep the label where it was', () => {
    const { values, timesMs, windows } = copy('cut');
    expect([values[0], timesMs[0], values.length]).toEqual([80, 80 * MINUTE, 920]);
    expect(windows).toEqual([[420, 469]]);
  });

  test('take every second row, from the first or the second', () => {
    expect(copy('even').values.slice(0, 3)).toEqual([0, 2, 4]);
    expect(copy('odd').values.slice(0, 3)).toEqual([1, 3, 5]);
    expect(copy('even').windows).toEqual([[250, 274]]);
    expect(copy('odd').windows).toEqual([[250, 274]]);
  });

  test('take means of four rows', () => {
    const { values, timesMs, windows } = copy('mean');
    expect(values.slice(0, 2)).toEqual([1.5, 5.5]);
    expect(timesMs.slice(0, 2)).toEqual([0, 4 * MINUTE]);
    expect(windows).toEqual([[125, 137]]);
  });

  test('add a twentieth of the deviation as noise, the same each time', () => {
    const { values } = copy('noise');
    const off = values.map((value, i) => value - i);
    const deviation = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length);
    expect(deviation / (1000 / Math.sqrt(12))).toBeCloseTo(0.05, 2);
    expect(copy('noise').values).toEqual(values);
  });

  test('drop labels that begin in rows which are not scored', () => {
    expect(copy('cut', { ...one, windows: [[200, 249]] }).windows).toEqual([]);
  });
});

describe('made-up series', () => {
  const series = madeUp();

  test('are the same each time, and all numbers', () => {
    const sums = (some: readonly LabelledSeries[]) =>
      some.map(({ values }) => values.reduce((sum, value, i) => sum + value * (i % 7), 0));
    expect(sums(madeUp())).toEqual(sums(series));
    expect(sums(series).every(Number.isFinite)).toBe(true);
    expect(new Set(series.map(({ name }) => name)).size).toBe(series.length);
  });

  test('are long, hourly and without anomalies, some of each', () => {
    const minutes = series.map(({ timesMs: [first = 0, second = 0] }) => (second - first) / MINUTE);
    expect(series.filter(({ values }) => values.length > 10_000).length).toBeGreaterThan(10);
    expect(minutes.filter((each) => each === 60).length).toBeGreaterThan(10);
    expect(series.filter(({ windows }) => windows.length === 0).length).toBeGreaterThan(3);
  });

  test('have labels that do not overlap, over about a tenth of the rows, after those that are not scored', () => {
    for (const { values, windows } of series) {
      windows.forEach(([first, last], i) => {
        expect(first).toBeGreaterThan(i === 0 ? probation(values.length) : (windows[i - 1]?.[1] as number));
        expect(last).toBeLessThan(values.length);
      });
      const labelled = windows.reduce((sum, [first, last]) => sum + last - first + 1, 0);
      if (windows.length > 0) expect(labelled / values.length).toBeCloseTo(0.1, 1);
    }
  });
});
