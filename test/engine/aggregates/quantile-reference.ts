import type { SketchLimits } from '../../../engine/aggregates/quantile-sketch.ts';
import { bitsOf } from './reference.ts';

/** How many numbers there are up to the least one that a share of all, in whole percents, do not exceed. */
function rankOf(values: readonly number[], percent: number): number {
  return values.findIndex((_, index) => (index + 1) * 100 >= percent * values.length) + 1;
}

export function nearestRank(values: readonly number[], percent: number): number {
  return ([...values].sort((a, b) => a - b)[rankOf(values, percent) - 1] as number) + 0;
}

/** What a sketch comes to, by its definition over all numbers at once. */
export function quantileOf(values: readonly number[], percent: number, limits: SketchLimits): number | null {
  if (values.length === 0) return null;
  const exact = nearestRank(values, percent);
  const isEnd = [1, values.length].includes(rankOf(values, percent));
  if (isEnd || new Set(values).size <= limits.maxExact) return exact;
  return middleOfBin(exact, 2 ** bitsOfBins(values, limits), values);
}

/** The most bits for which the numbers fall into no more bins than there may be. */
export function bitsOfBins(values: readonly number[], { finestBits, maxBins }: SketchLimits): number {
  let bits = finestBits;
  while (bits > 0 && new Set(values.map((value) => placeOf(value, 2 ** bits).join())).size > maxBins) bits--;
  return bits;
}

/** Sign, octave, and part of the octave, which is divided in `parts`. */
function placeOf(value: number, parts: number): readonly [sign: number, octave: number, part: number] {
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -1022) return [0, 0, 0];
  const octave = 2 ** (Number(bitsOf(magnitude) >> 52n) - 1023);
  return [Math.sign(value), octave, Math.floor((magnitude / octave - 1) * parts)];
}

/** The middle of the bin of a number; but no further out than `others` are. */
export function middleOfBin(value: number, parts: number, others: readonly number[]): number {
  const [sign, octave, part] = placeOf(value, parts);
  const middle = sign * octave * (1 + (part + 0.5) / parts);
  return Math.min(Math.max(middle, Math.min(...others)), Math.max(...others)) + 0;
}
