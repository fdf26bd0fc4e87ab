import { probabilityOf } from '../../engine/detectors/auto/calibration.ts';
import type { LabelledSeries } from './score.ts';

/** Rows of a series that are not asked: at first as much evidence is needed more. */
const YOUNG_ROWS = 150;
/** Evidence from and to which the line is fitted: where alarms are. */
const [FROM, TO] = [3, 11];

export interface Rarity {
  readonly evidence: number;
  /** Share of usual rows with at least so much. */
  readonly share: number;
}

export interface Calibration {
  readonly rarities: readonly Rarity[];
  /** The line: one row in 10^(often + rarer × evidence). */
  readonly often: number;
  readonly rarer: number;
}

/** How rare evidence is outside of labels, and not right after them. `scores` are probabilities, as the detector gives them. */
export function calibrated(series: readonly LabelledSeries[], scores: readonly (readonly number[])[]): Calibration {
  const usual = series.flatMap(({ windows }, s) =>
    (scores[s] as readonly number[]).filter((_, row) => row >= YOUNG_ROWS && !isNear(windows, row)),
  );
  const rarities = Array.from({ length: TO - FROM + 1 }, (_, i) => {
    const evidence = FROM + i;
    const least = 1 - probabilityOf(evidence);
    // What is no record is held at the least evidence, and is none.
    const count = usual.filter((score) => (i === 0 ? score > least : score >= least)).length;
    return { evidence, share: count / usual.length };
  });
  return { rarities, ...lineThrough(rarities.filter(({ share }) => share > 0)) };
}

function isNear(windows: LabelledSeries['windows'], row: number): boolean {
  return windows.some(([first, last]) => row >= first && row <= last + (last - first));
}

/** By least squares. */
function lineThrough(rarities: readonly Rarity[]): { readonly often: number; readonly rarer: number } {
  const mean = (of: (each: Rarity) => number) => rarities.reduce((sum, each) => sum + of(each), 0) / rarities.length;
  const x = mean(({ evidence }) => evidence);
  const y = mean(({ share }) => -Math.log10(share));
  const covariance = mean(({ evidence, share }) => (evidence - x) * (-Math.log10(share) - y));
  const rarer = covariance / mean(({ evidence }) => (evidence - x) ** 2);
  return { often: y - rarer * x, rarer };
}
