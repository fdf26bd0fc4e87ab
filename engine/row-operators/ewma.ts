import { type EwmaParameters, ewmaDetector } from '../detectors/ewma.ts';
import { checkSettings } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { positiveSetting, rangeSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

export interface EwmaOptions {
  /** The weight of the newest row, from 0.001 to 1: 0.2 unless said, which is about the last nine rows. */
  readonly alpha?: number;
  /** Standard deviations from the moving mean that are an anomaly: 3 unless said. */
  readonly threshold?: number;
}

/**
 * Whether a row's number is far from the exponentially weighted mean of the group's rows before it. It follows a slow drift,
 * and carries three numbers a group.
 *
 * @example .derive((row) => ({ unusual: ewma(row.latency, { alpha: 0.1 }) }))
 */
export function ewma(of: Num, options: EwmaOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['alpha', 'threshold'], 'ewma(…)');
  const { alpha = 0.2, threshold = 3 } = options;
  rangeSetting(alpha, 'ewma(…): alpha', 0.001, 1);
  positiveSetting(threshold, 'ewma(…): threshold', 100);
  return detectionOf('ewma', of, { alpha, threshold } satisfies EwmaParameters);
}

export const ewmaKind: RowOperatorKind<EwmaParameters> = detectionKind(ewmaDetector);
