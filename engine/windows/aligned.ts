import { signedDurationMs } from '../ir/duration.ts';
import type { Calendar } from '../time/calendar.ts';
import { floorTo } from '../time/floor-to.ts';

/**
 * The arithmetic of tumbling, sliding and calendar windows, all in milliseconds since 1970.
 *
 * Windows start at offset + k · slide and are half-open. Events are kept in *panes* of gcd(size, slide), the finest cut
 * that no window's edge goes through: an event updates one pane, and a window is the sum of its panes.
 *
 *   size 7, slide 5:   windows  [0 ------ 7)
 *                                    [5 ------ 12)
 *                      panes    |0|1|2|3|4|5|6|7|…       each of 1; pane 5 and 6 are in both
 */
export interface Grid {
  /** Of a calendar, the length of the longest window. */
  readonly sizeMs: number;
  /** From a window's start to the next one's; of a calendar, the longest that it takes. */
  readonly slideMs: number;
  readonly offsetMs: number;
  readonly paneMs: number;
  /** Where windows follow a calendar: one after the other, and not all as long. */
  readonly calendar?: Calendar;
}

/** The grid of windows that begin at every slide; where none is given, each begins where the one before ends. */
export function gridOf({ sizeMs, slideMs = sizeMs, offsetMs }: GridSettings): Grid {
  return { sizeMs, slideMs, offsetMs, paneMs: greatestCommonDivisor(sizeMs, slideMs) };
}

/** How far after a multiple of the step since 1970 windows start: a negative offset comes to one less than a step. */
export function offsetOf(offset: string | undefined, stepMs: number, setting: string): number {
  const ms = signedDurationMs(offset ?? '0 ms', setting) % stepMs;
  return ms < 0 ? ms + stepMs : ms;
}

interface GridSettings {
  readonly sizeMs: number;
  readonly slideMs?: number;
  readonly offsetMs: number;
}

/** The last window that starts at or before an instant. It holds the instant unless that lies in a gap. */
export function lastWindowOf({ slideMs, offsetMs, calendar }: Grid, timeMs: number): number {
  if (calendar !== undefined) return calendar.startOf(timeMs);
  return floorTo(slideMs, timeMs, offsetMs);
}

/**
 * The first window that ends after an instant: the earliest that is still open when the watermark stands there, and the
 * first that holds the instant, unless that lies in a gap.
 */
export function firstWindowEndingAfter(grid: Grid, timeMs: number): number {
  if (grid.calendar !== undefined) return grid.calendar.startOf(timeMs);
  return lastWindowOf(grid, timeMs - grid.sizeMs) + grid.slideMs;
}

/** Where the window ends that starts at an instant. */
export function endOfWindow({ sizeMs, calendar }: Grid, startMs: number): number {
  return calendar === undefined ? startMs + sizeMs : calendar.endOf(startMs);
}

/** The start of the window after the one that starts at an instant. */
export function windowAfter({ slideMs, calendar }: Grid, startMs: number): number {
  return calendar === undefined ? startMs + slideMs : calendar.endOf(startMs);
}

/** What counts windows. */
export type WindowSteps = Pick<Grid, 'slideMs' | 'calendar'>;

/** The start of the window that is so many after the one that starts at an instant. */
export function windowsAfter({ slideMs, calendar }: WindowSteps, startMs: number, count: number): number {
  return calendar === undefined ? startMs + count * slideMs : calendar.after(startMs, count);
}

/** How many windows after the one that starts at an instant another one starts. */
export function windowsBetween({ slideMs, calendar }: WindowSteps, startMs: number, laterMs: number): number {
  return calendar === undefined ? (laterMs - startMs) / slideMs : calendar.between(startMs, laterMs);
}

/** From a window's start to the next one's, as a rule: by it spans and cooldowns are so many windows. */
export function usualStepMs({ slideMs, calendar }: WindowSteps): number {
  return calendar?.usualMs ?? slideMs;
}

/** How many windows hold a pane: 0 in a gap. */
export function windowsHolding(grid: Grid, paneStartMs: number): number {
  if (grid.calendar !== undefined) return 1;
  const first = firstWindowEndingAfter(grid, paneStartMs);
  return Math.max(0, (lastWindowOf(grid, paneStartMs) - first) / grid.slideMs + 1);
}

/** Which of the windows that hold a pane a window is: 0 for the first. */
export function windowIndex(grid: Grid, windowStartMs: number, paneStartMs: number): number {
  if (grid.calendar !== undefined) return Math.sign(windowStartMs - grid.calendar.startOf(paneStartMs));
  return (windowStartMs - firstWindowEndingAfter(grid, paneStartMs)) / grid.slideMs;
}

/** How many of the windows that hold a pane have ended at or before an instant. They are the first ones. */
export function windowsEndedBy(grid: Grid, paneStartMs: number, timeMs: number): number {
  if (grid.calendar !== undefined) return grid.calendar.endOf(paneStartMs) <= timeMs ? 1 : 0;
  const firstOpen = firstWindowEndingAfter(grid, timeMs);
  const ended = (firstOpen - firstWindowEndingAfter(grid, paneStartMs)) / grid.slideMs;
  return Math.min(windowsHolding(grid, paneStartMs), Math.max(0, ended));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
