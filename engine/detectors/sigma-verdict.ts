import { twoSidedStudentTail } from '../statistics/student.ts';
import { UNKNOWN, type Verdict } from './detector.ts';
import { besideExpected, sigmasFrom } from './wording.ts';

/** What is known of a series by its last values. */
export interface Spread {
  readonly middle: number;
  readonly sigma: number;
  /** Variance of the middle itself, in squares of sigma: what few values leave open. */
  readonly openness: number;
  /** So many values is sigma made of, less one. */
  readonly degrees: number;
  /** Whether there are enough values for a flat line to be one. */
  readonly isLong: boolean;
}

/**
 * Judges a value by its distance from the middle. The score is that of a t distribution, for few values are known.
 * `seasonMs` is set where the spread is that of a time of day or week.
 */
export function sigmaVerdict(
  value: number,
  spread: Spread,
  threshold: number,
  seasonMs: number | null = null,
): Verdict {
  const { middle, sigma, openness, degrees } = spread;
  const [lower, upper] = [middle - threshold * sigma, middle + threshold * sigma];
  if (!Number.isFinite(upper - lower)) return UNKNOWN;
  if (isNothing(sigma, middle)) return flatVerdict(value, spread);
  const z = (value - middle) / sigma;
  const isAnomaly = Math.abs(z) >= threshold;
  const score = 1 - twoSidedStudentTail(z / Math.sqrt(1 + openness), Math.max(1, degrees));
  const reason = isAnomaly ? `${sigmasFrom(z, seasonMs)}: ${besideExpected(value, lower, upper)}` : null;
  return { score, isAnomaly, expected: middle, lower, upper, reason };
}

/** Off a flat line each value is infinitely far. It is an anomaly once the line is as long as what is looked at. */
function flatVerdict(value: number, { middle, isLong }: Spread): Verdict {
  const isAnomaly = isLong && !isNothing(Math.abs(value - middle), middle);
  const reason = isAnomaly ? `off a flat line: ${besideExpected(value, middle, middle)}` : null;
  return { score: isAnomaly ? 1 : 0, isAnomaly, expected: middle, lower: middle, upper: middle, reason };
}

/** What is left of equal values by rounding is no deviation. */
function isNothing(deviation: number, beside: number): boolean {
  return deviation <= 1e-12 * Math.abs(beside);
}
