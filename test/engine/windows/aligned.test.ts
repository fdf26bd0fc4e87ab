import fc from 'fast-check';
import { floorTo } from '../../../engine/time/floor-to.ts';
import {
  firstWindowEndingAfter,
  gridOf,
  lastWindowOf,
  windowIndex,
  windowsEndedBy,
  windowsHolding,
} from '../../../engine/windows/aligned.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 20_261_127;
const grids = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 50 }))
  .map(([sizeMs, slideMs, offset]) => gridOf({ sizeMs, slideMs, offsetMs: offset % slideMs }));
const times = fc.integer({ min: -500, max: 500 });

/** Starts of the windows that hold an instant, by trying all. */
function holding({ sizeMs, slideMs, offsetMs }: ReturnType<typeof gridOf>, timeMs: number): number[] {
  const starts = Array.from({ length: 2400 }, (_, k) => offsetMs + (k - 1200) * slideMs);
  return starts.filter((start) => start <= timeMs && timeMs < start + sizeMs);
}

test('the windows that hold a pane are those that hold each instant in it', () => {
  fc.assert(
    fc.property(grids, times, (grid, timeMs) => {
      const paneMs = floorTo(grid.paneMs, timeMs, grid.offsetMs);
      const windows = holding(grid, timeMs);
      expect(holding(grid, paneMs)).toEqual(windows);
      expect(windowsHolding(grid, paneMs)).toBe(windows.length);
      expect(windows.map((start) => windowIndex(grid, start, paneMs))).toEqual(windows.map((_, index) => index));
      if (windows.length === 0) return;
      expect(firstWindowEndingAfter(grid, timeMs)).toBe(windows[0]);
      expect(lastWindowOf(grid, timeMs)).toBe(windows.at(-1));
    }),
    { seed: SEED, numRuns: casesOf(2000) },
  );
});

test('the windows of a pane that have ended are its first ones', () => {
  fc.assert(
    fc.property(grids, times, times, (grid, timeMs, watermarkMs) => {
      const ended = holding(grid, timeMs).filter((start) => start + grid.sizeMs <= watermarkMs);
      expect(windowsEndedBy(grid, floorTo(grid.paneMs, timeMs, grid.offsetMs), watermarkMs)).toBe(ended.length);
    }),
    { seed: SEED, numRuns: casesOf(2000) },
  );
});

test('a tumbling window is its own pane', () => {
  expect(gridOf({ sizeMs: 5, offsetMs: 2 })).toEqual({
    sizeMs: 5,
    slideMs: 5,
    offsetMs: 2,
    paneMs: 5,
  });
});
