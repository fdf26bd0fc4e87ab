import { slowestWatermark } from '../components/status.tsx';
import { dataNowMs, nowWords, overview, tick } from '../live/store.ts';
import { timesKey } from './times-key.ts';

/** The instants that a chart marks, which move each second, mostly by less than a pixel. */
export interface ShownTimes {
  readonly nowMs: number;
  readonly watermarkMs: number | null;
  readonly words: string;
  /** Changes when a line must be drawn elsewhere. */
  readonly key: string;
}

/** A chart's own stretch, from its range or else from what it draws. */
export function spanOfRange(
  [from, to]: readonly [number | null, number | null],
  first: number | undefined,
  last: number | undefined,
): number {
  return (to ?? last ?? 1) - (from ?? first ?? 0);
}

/** Reads the clock: a component that calls it is drawn each second. `spanMs` is how much the chart shows. */
export function shownTimes(spanMs: number): ShownTimes {
  void tick.value;
  const nowMs = dataNowMs();
  const watermarkMs = overview.value === null ? null : slowestWatermark(overview.value);
  const words = nowWords();
  return { nowMs, watermarkMs, words, key: timesKey(nowMs, watermarkMs, words, spanMs) };
}
