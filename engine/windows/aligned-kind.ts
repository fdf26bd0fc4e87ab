import type { DialectName } from '../aggregates/aggregate-sql.ts';
import type { AggregateOperator } from '../aggregates/operator.ts';
import { formatDuration } from '../ir/duration.ts';
import type { AlignedWindow, RowWindow, WindowColumn, WindowTraits } from '../ir/window.ts';
import {
  endOfWindow,
  firstWindowEndingAfter,
  type Grid,
  lastWindowOf,
  windowsEndedBy,
  windowsHolding,
} from './aligned.ts';
import type { Placement, WindowBounds, WindowKind, WindowPace, WindowWords } from './window-kind.ts';
import type { SqlEvents, SqlWindowNumbers, SqlWindows } from './window-sql.ts';

export const ALIGNED_TRAITS: WindowTraits<WindowColumn<AlignedWindow['kind']>> = {
  columns: ['window_start', 'window_end'],
  hands: 'final',
  refuses: {
    source: null,
    totals: null,
    rolling: null,
    shares: null,
    rate: null,
    complete: null,
    lateness: null,
    keepRows: null,
  },
};

/** What windows have in common that stand on a grid. `closedUpTo` is the start of the first window that is still open. */
export abstract class AlignedKind implements WindowKind {
  readonly hasEnd = true;
  readonly grid: Grid;
  readonly isCarried = false;
  readonly missedReachMs = 0;
  readonly timeOperators: readonly AggregateOperator[] = [];

  constructor(grid: Grid) {
    this.grid = grid;
  }

  abstract readonly words: WindowWords;
  abstract sql(events: SqlEvents): SqlWindows;

  get panes(): Grid {
    return this.grid;
  }

  get spanMs(): number {
    return this.grid.sizeMs;
  }

  get pace(): WindowPace {
    return { everyMs: this.grid.slideMs, overMs: this.grid.sizeMs };
  }

  closedUpTo(watermarkMs: number): number {
    return firstWindowEndingAfter(this.grid, watermarkMs);
  }

  stateCutoff(settledMs: number): number {
    return firstWindowEndingAfter(this.grid, settledMs);
  }

  placement(watermarkMs: number, allowedLatenessMs: number): Placement {
    const { grid } = this;
    return {
      earliestPaneMs: Number.NEGATIVE_INFINITY,
      lateBeforeMs: Number.NEGATIVE_INFINITY,
      revisesBeforeMs: Number.NEGATIVE_INFINITY,
      windowsOf: (paneStartMs) => windowsHolding(grid, paneStartMs),
      missedBy: (paneStartMs) => windowsEndedBy(grid, paneStartMs, watermarkMs - allowedLatenessMs),
      endedBy: (paneStartMs) => windowsEndedBy(grid, paneStartMs, watermarkMs),
    };
  }

  latestPaneMs(latestEventMs: number): number {
    return latestEventMs;
  }

  missed(timeMs: number): WindowBounds {
    const windowStartMs = firstWindowEndingAfter(this.grid, timeMs);
    return { windowStartMs, windowEndMs: endOfWindow(this.grid, windowStartMs) };
  }

  missedStarts(paneStartMs: number, missed: number): readonly number[] {
    const firstMs = firstWindowEndingAfter(this.grid, paneStartMs);
    return Array.from({ length: missed }, (_, index) => firstMs + index * this.grid.slideMs);
  }

  firstRowMs(paneStartMs: number): number {
    return firstWindowEndingAfter(this.grid, paneStartMs);
  }

  openWindows(paneStartMs: number, missed: number, closedUpToMs: number): readonly number[] {
    const { slideMs } = this.grid;
    const first = firstWindowEndingAfter(this.grid, paneStartMs) + missed * slideMs;
    const last = lastWindowOf(this.grid, paneStartMs);
    const windows: number[] = [];
    for (let startMs = Math.max(first, closedUpToMs); startMs <= last; startMs += slideMs) windows.push(startMs);
    return windows;
  }

  rowColumns({ startMs, endMs }: RowWindow): Record<'window_start' | 'window_end', number> {
    return { window_start: startMs, window_end: endMs };
  }

  lengthMs({ startMs, endMs }: RowWindow): number {
    return endMs - startMs;
  }

  /** The start is a number itself. */
  sqlNumbers(_dialect: DialectName): SqlWindowNumbers {
    return { of: (startMs) => startMs, startMs: (number) => number, step: this.grid.slideMs };
  }

  rowTimeMs(windowStartMs: number): number {
    return endOfWindow(this.grid, windowStartMs) - 1;
  }
}

/** The words for a window on a grid: `kind` and `length` say which. */
export function alignedWords(kind: string, length: string, offsetMs: number): WindowWords {
  const shifted = offsetMs === 0 ? '' : `, shifted by ${formatDuration(offsetMs)}`;
  return {
    window: `${kind}, ${length}${shifted}; final when the watermark reaches its end`,
    unit: `window of ${length}`,
    neverLate: null,
    stays: null,
    keptRows: null,
    sqlOpen: 'how far the stream has come: windows that are open have rows too',
    sqlLate: "late events: a stream leaves out of a window what comes after the watermark has passed the window's end",
  };
}
