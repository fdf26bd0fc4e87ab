import { type ChangePointParameters, changePointDetector } from '../detectors/change-point.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { probabilitySetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

export interface ChangePointOptions {
  /** How many of the group's last rows are looked at: 60 unless said. */
  readonly rows?: number;
  /** Probability of a false alarm at a row whose values are independent: 0.001 unless said. */
  readonly falseAlarms?: number;
}

/**
 * Whether the level of a row's number has changed, and stayed: told once, at the first row where it is sure.
 *
 * @example .derive((row) => ({ moved: changePoint(row.latency) }))   // "the level went from 210 to 330, 7 rows ago"
 */
export function changePoint(of: Num, options: ChangePointOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['rows', 'falseAlarms'], 'changePoint(…)');
  const { rows = 60, falseAlarms = 0.001 } = options;
  wholeNumberFrom(10, rows, 200, 'changePoint(…): rows is');
  probabilitySetting(falseAlarms, 'changePoint(…): falseAlarms');
  return detectionOf('changePoint', of, { rows, falseAlarms } satisfies ChangePointParameters);
}

export const changePointKind: RowOperatorKind<ChangePointParameters> = detectionKind(changePointDetector);
