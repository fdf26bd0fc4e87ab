import { type RobustParameters, robustDetector } from '../detectors/robust.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { positiveSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

const MAX_ROWS = 500;

export interface RobustOptions {
  /** How many of the group's rows before this one: 30 unless said. */
  readonly rows?: number;
  /** Robust standard deviations from the median that are an anomaly: 3.5 unless said. */
  readonly threshold?: number;
}

/**
 * Whether a row's number is far from the median of the group's last rows, in median absolute deviations. Outliers among
 * them do not widen the bounds, as they do those of `zScore`.
 *
 * @example .derive((row) => ({ unusual: robust(row.amount) }))
 */
export function robust(of: Num, options: RobustOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['rows', 'threshold'], 'robust(…)');
  const { rows = 30, threshold = 3.5 } = options;
  wholeNumberFrom(3, rows, MAX_ROWS, 'robust(…): rows is');
  positiveSetting(threshold, 'robust(…): threshold', 100);
  return detectionOf('robust', of, { rows, threshold } satisfies RobustParameters);
}

export const robustKind: RowOperatorKind<RobustParameters> = detectionKind(robustDetector);
