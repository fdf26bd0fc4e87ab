import { Recent } from '../detectors/recent.ts';
import { rowOperand, structOfRows } from '../dsl/row-operator.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { median } from '../statistics/median.ts';
import { twoSidedNormalTail } from '../statistics/normal.ts';
import { probabilitySetting } from './number-settings.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** Where a group's numbers are going. */
export interface Trend {
  /** Change a window: the median of the slopes between all pairs of rows (Theil and Sen). Null of fewer than four rows. */
  readonly slope: number | null;
  /** Probability of as clear a trend among numbers without one (Mann and Kendall's test, two-sided). */
  readonly p_value: number | null;
  /** 'flat' where the trend is not significant. */
  readonly direction: 'rising' | 'falling' | 'flat';
}

export interface TrendOptions {
  /** How many windows are looked at, this one included: from 4 to 200. */
  readonly windows: number;
  /** Largest p-value of a trend: 0.05 unless said. */
  readonly significance?: number;
}

/**
 * Whether a row's number rises or falls over the group's last windows. Outliers hardly move it, and no distribution is
 * taken for granted; numbers that depend on those before them (a slow wave) look more significant than they are.
 *
 * @example .derive((row) => ({ load: trend(row.connections, { windows: 30 }) }))   // later row.load.direction.eq('rising')
 */
export function trend(of: Num, options: TrendOptions): Fields<Trend> {
  checkSettings(options, ['windows', 'significance'], 'trend(…)');
  const { windows, significance = 0.05 } = options;
  wholeNumberFrom(FEWEST, windows, MAX_WINDOWS, 'trend(…): windows is');
  probabilitySetting(significance, 'trend(…): significance');
  const number = { kind: 'number', nullable: true } as const;
  const fields = { slope: number, p_value: number, direction: { kind: 'string', nullable: false } } as const;
  return structOfRows({
    kind: 'trend',
    parameters: { windows, significance },
    operands: [rowOperand(of, 'number', 'trend(…)')],
    type: { kind: 'struct', fields },
  });
}

const FEWEST = 4;
const MAX_WINDOWS = 200;

export type TrendParameters = { readonly windows: number; readonly significance: number };

export const trendKind: RowOperatorKind<TrendParameters> = {
  kind: 'trend',
  version: 1,
  compile: (parameters) => trendOperator(parameters),
  words: ({ windows }, [operand]) => `trend of ${operand} over ${windows} windows`,
};

function trendOperator({ windows, significance }: TrendParameters): RowOperator<Recent> {
  return {
    maxStateBytes: new Recent(windows).maxBytes(),
    create: () => new Recent(windows),
    step(recent, [operand = null]) {
      if (operand === null) recent.skip(1);
      else recent.push(operand as number);
      return { ...trendOf(recent.placed(), significance) };
    },
    skip(recent, count) {
      recent.skip(count);
    },
    encode(recent, out) {
      recent.write(out);
    },
    decode(input) {
      const recent = new Recent(windows);
      recent.read(input);
      return recent;
    },
  };
}

const UNKNOWN: Trend = { slope: null, p_value: null, direction: 'flat' };

/** `points`: place and value, in order. */
export function trendOf(points: readonly (readonly [at: number, value: number])[], significance: number): Trend {
  if (points.length < FEWEST) return UNKNOWN;
  const slopes: number[] = [];
  let concordance = 0;
  points.forEach(([at, value], i) => {
    for (let j = 0; j < i; j++) {
      const [earlier, former] = points[j] as readonly [number, number];
      slopes.push((value - former) / (at - earlier));
      concordance += Math.sign(value - former);
    }
  });
  const slope = median(slopes);
  if (!Number.isFinite(slope)) return UNKNOWN;
  const pValue = kendallProbability(concordance, points);
  if (pValue > significance || slope === 0) return { slope, p_value: pValue, direction: 'flat' };
  return { slope, p_value: pValue, direction: slope > 0 ? 'rising' : 'falling' };
}

/**
 * M. Kendall, "Rank Correlation Methods", 1975: the sum of signs is about normal, with a variance that equal values lower;
 * less one towards zero, for the sum is a whole number.
 */
function kendallProbability(concordance: number, points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const spread = (k: number) => k * (k - 1) * (2 * k + 5);
  const ties = new Map<number, number>();
  for (const [, value] of points) ties.set(value, (ties.get(value) ?? 0) + 1);
  let variance = spread(n);
  for (const count of ties.values()) variance -= spread(count);
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(concordance) - 1) / Math.sqrt(variance / 18);
  return twoSidedNormalTail(z);
}
