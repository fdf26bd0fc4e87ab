/** Errors of forecasts as the M4 competition counts them (S. Makridakis and others, "The M4 Competition", 2020). */

/** Symmetric mean absolute percentage error, in percent. */
export function smape(actual: readonly number[], said: readonly number[]): number {
  return (
    (200 / actual.length) *
    sumOf(actual, (value, i) => {
      const guess = said[i] as number;
      const size = Math.abs(value) + Math.abs(guess);
      return size === 0 ? 0 : Math.abs(value - guess) / size;
    })
  );
}

/** Mean absolute error of the seasonal naive forecast within the history: what errors are scaled by. */
export function scaleOf(history: readonly number[], season: number): number {
  const steps = history.slice(season);
  return sumOf(steps, (value, i) => Math.abs(value - (history[i] as number))) / steps.length;
}

/** Mean absolute scaled error. */
export function mase(actual: readonly number[], said: readonly number[], scale: number): number {
  return sumOf(actual, (value, i) => Math.abs(value - (said[i] as number))) / actual.length / scale;
}

/** Mean scaled interval score of 95 % intervals: their width, and forty times by how far a value lies outside. */
export function msis(
  actual: readonly number[],
  bounds: readonly { lower: number; upper: number }[],
  scale: number,
): number {
  const score = sumOf(actual, (value, i) => {
    const { lower, upper } = bounds[i] as { lower: number; upper: number };
    return upper - lower + 40 * Math.max(0, lower - value, value - upper);
  });
  return score / actual.length / scale;
}

/** The benchmark that OWA is relative to: the naive forecast of the series less its season, where it has one. */
export function naive2(history: readonly number[], season: number, horizon: number): number[] {
  const indices = isSeasonal(history, season)
    ? seasonalIndices(history, season)
    : Array.from({ length: season }, () => 1);
  const last = (history.at(-1) as number) / (indices[(history.length - 1) % season] as number);
  return Array.from({ length: horizon }, (_, i) => last * (indices[(history.length + i) % season] as number));
}

/** The test of the competition: the autocorrelation at the season's lag beyond its 90 % limit. */
function isSeasonal(history: readonly number[], season: number): boolean {
  if (history.length < 3 * season) return false;
  const mean = sumOf(history, (value) => value) / history.length;
  const variance = sumOf(history, (value) => (value - mean) ** 2);
  const at = (lag: number) =>
    sumOf(history.slice(lag), (value, i) => (value - mean) * ((history[i] as number) - mean)) / variance;
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += at(lag) ** 2;
  return Math.abs(at(season)) > 1.645 * Math.sqrt((1 + 2 * squares) / history.length);
}

/** Classical multiplicative decomposition: each value by its centred moving average, averaged, and scaled to a mean of 1. */
function seasonalIndices(history: readonly number[], season: number): number[] {
  const half = season >> 1;
  const sums = Array.from({ length: season }, () => ({ sum: 0, count: 0 }));
  for (let i = half; i + half < history.length; i++) {
    const ends = season % 2 === 0 ? ((history[i - half] as number) + (history[i + half] as number)) / 2 : 0;
    const inside = history.slice(
      season % 2 === 0 ? i - half + 1 : i - half,
      season % 2 === 0 ? i + half : i + half + 1,
    );
    const average = (ends + sumOf(inside, (value) => value)) / season;
    const place = sums[i % season] as { sum: number; count: number };
    place.sum += (history[i] as number) / average;
    place.count++;
  }
  const means = sums.map(({ sum, count }) => sum / count);
  const mean = sumOf(means, (value) => value) / season;
  return means.map((value) => value / mean);
}

export function sumOf(values: readonly number[], of: (value: number, index: number) => number): number {
  return values.reduce((sum, value, i) => sum + of(value, i), 0);
}
