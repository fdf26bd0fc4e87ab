import type { Counters } from '../../../../api/schemas/common.ts';
import { formatFull } from '../../format/numbers.ts';

/** Whether each delivered event went to exactly one place, and the sum as one reads it. */
export interface EventSum {
  readonly words: string;
  readonly addsUp: boolean;
  /** Delivered events that are in no place; below zero where some are in two. */
  readonly missing: number;
}

export function sumOf(counters: Counters): EventSum {
  const { delivered, accepted, late, dead, duplicate, discarded } = counters;
  const places = [accepted, late, dead, duplicate, discarded];
  const missing = delivered - places.reduce((sum, count) => sum + count, 0);
  const sign = missing === 0 ? '=' : '≠';
  return {
    words: `${places.map(formatFull).join(' + ')} ${sign} ${formatFull(delivered)}`,
    addsUp: missing === 0,
    missing,
  };
}
