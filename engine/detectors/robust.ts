import { median } from '../statistics/median.ts';
import { type DetectorKind, UNKNOWN, type Verdict } from './detector.ts';
import { LastValues } from './last-values.ts';
import { Recent } from './recent.ts';
import { sigmaVerdict } from './sigma-verdict.ts';

export type RobustParameters = { readonly rows: number; readonly threshold: number };

const FEWEST = 5;
/** A normal variable's standard deviation, in median absolute deviations and in mean absolute ones. */
const [SIGMA_OF_MAD, SIGMA_OF_MEAN_DEVIATION] = [1.482_602_218_505_602, 1.253_314_137_315_5];

/**
 * How far a value is from the median of the last rows, in robust standard deviations: 1.4826 times the median absolute
 * deviation, or, where that is 0, 1.2533 times the mean one (B. Iglewicz and D. Hoaglin, "How to Detect and Handle
 * Outliers", 1993). Outliers in the rows before do not widen the bounds.
 */
export const robustDetector: DetectorKind<RobustParameters> = {
  kind: 'robust',
  version: 1,
  create: (parameters) => new LastValues(parameters, (value, before) => judge(value, before, parameters)),
  maxStateBytes: ({ rows }) => new Recent(rows).maxBytes(),
  words: ({ rows, threshold }, operand) => `${operand} beyond ${threshold} robust σ of the last ${rows} rows`,
};

function judge(value: number, before: readonly number[], { threshold, rows }: RobustParameters): Verdict {
  const { length } = before;
  if (length < Math.min(FEWEST, rows)) return UNKNOWN;
  const middle = median(before);
  const deviations = before.map((each) => Math.abs(each - middle));
  const mad = median(deviations);
  const sigma =
    mad > 0 ? SIGMA_OF_MAD * mad : (SIGMA_OF_MEAN_DEVIATION * deviations.reduce((a, b) => a + b, 0)) / length;
  const openness = Math.PI / 2 / length;
  return sigmaVerdict(value, { middle, sigma, openness, degrees: length - 1, isLong: length >= rows }, threshold);
}
