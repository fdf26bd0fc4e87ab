import { Noise } from './noise.ts';
import { type LabelledSeries, probation } from './score.ts';

const CUT = 0.08;
const NOISE = 0.05;

/**
 * Other series of the same kind as those given: with the beginning cut off, every second row, the means of four rows, and
 * with noise. A detector that is tuned to chance in the originals loses on these.
 */
export function jittered(series: readonly LabelledSeries[]): LabelledSeries[] {
  return series.flatMap((each, i) => {
    const { length } = each.values;
    const every = (step: number, first: number) =>
      Array.from({ length: Math.ceil((length - first) / step) }, (_, k) => first + k * step);
    return [
      taken(each, 'cut', every(1, Math.floor(length * CUT))),
      taken(each, 'even', every(2, 0)),
      taken(each, 'odd', every(2, 1)),
      taken({ ...each, values: meansOf(each.values, 4) }, 'mean', every(4, 0)),
      taken({ ...each, values: noisy(each.values, new Noise(i + 1)) }, 'noise', every(1, 0)),
    ];
  });
}

/** Some rows of a series, with the labels that begin in what is scored of them. */
function taken(
  { name, values, timesMs, windows }: LabelledSeries,
  how: string,
  rows: readonly number[],
): LabelledSeries {
  const from = (row: number) => rows.findIndex((kept) => kept >= row);
  const upTo = (row: number) => rows.findLastIndex((kept) => kept <= row);
  return {
    name: name.replace(/\.csv$/, `#${how}.csv`),
    values: rows.map((row) => values[row] as number),
    timesMs: rows.map((row) => timesMs[row] as number),
    windows: windows
      .map(([first, last]): [number, number] => [from(first), upTo(last)])
      .filter(([first, last]) => first >= probation(rows.length) && last > first),
  };
}

/** At each row the mean of it and those after it. */
function meansOf(values: readonly number[], rows: number): number[] {
  return values.map((_, i) => {
    const some = values.slice(i, i + rows);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}

function noisy(values: readonly number[], noise: Noise): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => value + NOISE * deviation * noise.normal());
}
