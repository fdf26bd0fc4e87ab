import { type DetectorKind, UNKNOWN, type Verdict } from './detector.ts';
import { LastValues } from './last-values.ts';
import { Recent } from './recent.ts';
import { sigmaVerdict } from './sigma-verdict.ts';

export type ZScoreParameters = {
  /** How many rows before this one are looked at. */
  readonly rows: number;
  /** Whether rows without a value take one of the places: then it is a span of time, else a number of values. */
  readonly bySpan: boolean;
  /** Standard deviations from the mean that are an anomaly. */
  readonly threshold: number;
};

/** Of fewer values nothing is said. */
export const FEWEST = 3;

/** How many standard deviations a value is from the mean of the last rows, this one not among them. */
export const zScoreDetector: DetectorKind<ZScoreParameters> = {
  kind: 'zScore',
  version: 1,
  create: (parameters) => new LastValues(parameters, (value, before) => judge(value, before, parameters)),
  maxStateBytes: ({ rows }) => new Recent(rows).maxBytes(),
  words: ({ rows, threshold }, operand) => `${operand} beyond ${threshold} σ of the last ${rows} rows`,
};

function judge(value: number, before: readonly number[], { threshold, rows }: ZScoreParameters): Verdict {
  const { length } = before;
  if (length < Math.min(FEWEST, rows)) return UNKNOWN;
  const middle = before.reduce((sum, each) => sum + each / length, 0);
  const sigma = Math.sqrt(before.reduce((sum, each) => sum + (each - middle) ** 2 / (length - 1), 0));
  return sigmaVerdict(
    value,
    { middle, sigma, openness: 1 / length, degrees: length - 1, isLong: length >= rows },
    threshold,
  );
}
