import { type AutoParameters, autoDetector } from '../detectors/auto/auto.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { rangeSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

export interface AnomalyOptions {
  /** From 0, almost silent, to 1, which takes many alarms: 0.5 unless said, about one in 1,600 usual rows. */
  readonly sensitivity?: number;
  /** Rows of a group before its first alarm: 50 unless said. It learns from the first row on. */
  readonly warmUp?: number;
  /** Kilobytes that are kept of a group at most: '8 KB' unless said; with '16 KB' it knows more courses of values. */
  readonly memory?: '8 KB' | '16 KB';
}

/**
 * Whether a row's number is unusual for its group: `{ score, is_anomaly, expected, lower, upper, reason }`. It learns by
 * itself what is usual: values, levels, the time of day, the course of the last rows. What repeats becomes usual.
 *
 * @example .derive((row) => ({ unusual: anomaly(row.requests) }))   // a column; later row.unusual.is_anomaly
 * @example .derive((row) => ({ unusual: anomaly(row.errors, { sensitivity: 0.7 }) }))
 */
export function anomaly(of: Num, options: AnomalyOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['sensitivity', 'warmUp', 'memory'], 'anomaly(…)');
  const { sensitivity = 0.5, warmUp = 50, memory = '8 KB' } = options;
  rangeSetting(sensitivity, 'anomaly(…): sensitivity', 0, 1);
  if (memory !== '8 KB' && memory !== '16 KB') {
    throw new DefinitionError(`anomaly(…): memory is '${memory}': it must be '8 KB' or '16 KB'.`);
  }
  wholeNumberFrom(0, warmUp, 100_000, 'anomaly(…): warmUp is');
  const parameters: AutoParameters = { sensitivity, memory: memory === '8 KB' ? 8 : 16, warmUp };
  return detectionOf('anomaly', of, parameters);
}

export const anomalyKind: RowOperatorKind<AutoParameters> = detectionKind(autoDetector);
