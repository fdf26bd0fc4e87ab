import { type SeasonalParameters, seasonalDetector } from '../detectors/seasonal.ts';
import { checkSettings } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Anomaly, detectionKind, detectionOf } from './detection.ts';
import { positiveSetting } from './number-settings.ts';
import type { RowOperatorKind } from './row-operator.ts';

export interface SeasonalOptions {
  /** Standard deviations that are an anomaly: 3 unless said. */
  readonly threshold?: number;
}

/**
 * Whether a row's number is far from what its hour usually has. It learns the time of day and the day of week by itself:
 * an hour of the day is known after two days, one of the week after two weeks, and whichever guess was nearer is taken.
 *
 * @example .derive((row) => ({ unusual: seasonal(row.orders) }))
 */
export function seasonal(of: Num, options: SeasonalOptions = {}): Fields<Anomaly> {
  checkSettings(options, ['threshold'], 'seasonal(…)');
  const { threshold = 3 } = options;
  positiveSetting(threshold, 'seasonal(…): threshold', 100);
  return detectionOf('seasonal', of, { threshold } satisfies SeasonalParameters);
}

export const seasonalKind: RowOperatorKind<SeasonalParameters> = detectionKind(seasonalDetector);
