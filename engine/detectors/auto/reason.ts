import { besideExpected, sigmasFrom } from '../wording.ts';
import type { PartName } from './parts-sum.ts';

export interface Facts {
  readonly value: number;
  readonly atMs: number;
  readonly lower: number | null;
  readonly upper: number | null;
  /** How many of its usual errors the value is from what was expected; null where these are 0. */
  readonly sigmas: number | null;
  readonly isSeasonal: boolean;
  readonly part: PartName;
}

const WORDS: Readonly<Record<PartName, string>> = {
  space: 'beyond all values so far',
  gap: 'far from all values so far',
  quiet: 'unusually still',
  level: 'the mean of the last 20 rows has moved',
  shape: 'a course of values that was never there',
  'long shape': 'a course of values that was never there',
  season: 'unusual for the time of day',
  'season run': 'unusual for this part of the day',
};

/** `3.8 σ above the usual for Friday 14:00: 512, expected 210 to 330`. */
export function reasonOf({ value, atMs, lower, upper, sigmas, isSeasonal, part }: Facts): string {
  const beside = besideExpected(value, lower, upper);
  const isOutside = lower !== null && upper !== null && (value < lower || value > upper);
  if (!isOutside || sigmas === null) return `${WORDS[part]}: ${beside}`;
  return `${sigmasFrom(sigmas, isSeasonal ? atMs : null)}: ${beside}`;
}
