import { type ZScoreParameters, zScoreDetector } from '../detectors/z-score.ts';
import { checkSettings } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { positiveSetting, wholeNumberSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

/** Rows that are kept of a group at most, for detectors that go over its last rows. */
const MAX_ROWS = 1000;

export interface ZScoreOptions {
  /** How many of the group's rows before this one: 10 unless said. */
  readonly rows?: number;
  /** In place of `rows`: how many windows before this one, whether the group has a row there or not. */
  readonly windows?: number;
  /** Standard deviations from the mean that are an anomaly: 2 unless said. */
  readonly threshold?: number;
}

/**
 * Whether a row's number is far from the mean of the group's last rows, in their standard deviations.
 *
 * @example .derive((row) => ({ unusual: zScore(row.temperature, { windows: 15, threshold: 3 }) }))
 */
export function zScore(of: Num, options: ZScoreOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['rows', 'windows', 'threshold'], 'zScore(…)');
  const { windows, rows = windows ?? 10, threshold = 2 } = options;
  wholeNumberSetting(rows, `zScore(…): ${windows === undefined ? 'rows' : 'windows'}`, 2, MAX_ROWS);
  positiveSetting(threshold, 'zScore(…): threshold', 100);
  return detectionOf('zScore', of, { rows, bySpan: windows !== undefined, threshold } satisfies ZScoreParameters);
}

export const zScoreKind: RowOperatorKind<ZScoreParameters> = detectionKind(zScoreDetector);
