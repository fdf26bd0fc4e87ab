import { formatClock, formatDate, type Zone } from '../format/times.ts';

/** Axes that hold what is drawn, and that do not breathe with it. */

/** From zero for counts, sums and shares; else a tenth more on both sides. */
export function yRange(least: number, greatest: number, fromZero: boolean): readonly [number, number] {
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) return [0, 1];
  if (fromZero && least >= 0) return [0, roundTop(greatest)];
  if (fromZero) return [Math.min(0, least * 1.08), Math.max(0, greatest * 1.08)];
  const room = greatest === least ? Math.max(1, Math.abs(greatest) * 0.1) : (greatest - least) * 0.1;
  // What is never below zero has no axis that goes below it.
  return [least >= 0 ? Math.max(0, least - room) : least - room, greatest + room];
}

/** The next round number, of which a quarter is round too where it can be: a top that stays while values move below it. */
function roundTop(greatest: number): number {
  if (greatest === 0) return 1;
  const quarter = (greatest * 1.02) / 4;
  const power = 10 ** Math.floor(Math.log10(quarter));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= quarter) ?? 10) * power;
  return step * Math.ceil((greatest * 1.02) / step);
}

const SHRINK_AFTER_MS = 10_000;

/** A range that grows at once and shrinks only after ten seconds of needing less, so that the picture stands still. */
export class CalmRange {
  #range: readonly [number, number] | null = null;
  #smallerSinceMs: number | null = null;

  next([least, greatest]: readonly [number, number], nowMs: number): readonly [number, number] {
    const range = this.#range;
    if (range === null) return this.#set([least, greatest]);
    if (least < range[0] || greatest > range[1])
      return this.#set([Math.min(least, range[0]), Math.max(greatest, range[1])]);
    if (least === range[0] && greatest === range[1]) {
      this.#smallerSinceMs = null;
      return range;
    }
    this.#smallerSinceMs ??= nowMs;
    return nowMs - this.#smallerSinceMs >= SHRINK_AFTER_MS ? this.#set([least, greatest]) : range;
  }

  #set(range: readonly [number, number]): readonly [number, number] {
    this.#range = range;
    this.#smallerSinceMs = null;
    return range;
  }
}

/** Ticks of time: the date at midnight, and seconds where minutes would tell two ticks the same. */
export function tickWords(ms: number, inZone: Zone): string {
  const clock = formatClock(ms, inZone, ms % 60_000 !== 0);
  return clock === '00:00' || ms % 86_400_000 === 0 ? formatDate(ms, inZone) : clock;
}

/** Exponents of ten from one to another, at most five of them: for an axis of logarithms. */
export function logTicks(least: number, greatest: number): readonly number[] {
  const [from, to] = [Math.ceil(least - 1e-9) + 0, Math.floor(greatest + 1e-9)];
  const every = Math.max(1, Math.ceil((to - from) / 4));
  const ticks: number[] = [];
  for (let exponent = from; exponent <= to; exponent += every) ticks.push(exponent);
  return ticks;
}
