import type { AggregateOperator } from '../aggregates/operator.ts';
import { BugError } from '../ir/bug-error.ts';
import type { RowsWindow, RowWindow } from '../ir/window.ts';
import { floorTo } from '../time/floor-to.ts';
import type { PaneGrid, Placement, WindowBounds, WindowKindOf, WindowPace, WindowWords } from './window-kind.ts';

/** `closedUpTo`: the rows of all events before it are there, but for those that are late. */
export class RowsKind implements WindowKindOf<'rows'> {
  readonly hasEnd = true;
  readonly grid = null;
  readonly isCarried = false;
  readonly missedReachMs = 0;
  readonly timeOperators: readonly AggregateOperator[] = [];
  readonly #paneMs: number;

  constructor({ paneMs }: RowsWindow) {
    this.#paneMs = paneMs;
  }

  get panes(): PaneGrid {
    return { paneMs: this.#paneMs, offsetMs: 0 };
  }

  get spanMs(): number {
    return this.#paneMs;
  }

  get pace(): WindowPace {
    return { everyMs: this.#paneMs, overMs: null };
  }

  closedUpTo(watermarkMs: number): number {
    return floorTo(this.#paneMs, watermarkMs);
  }

  stateCutoff(settledMs: number): number {
    return floorTo(this.#paneMs, settledMs);
  }

  /** Late is what happened before the watermark by more than is allowed, whatever its pane. */
  placement(watermarkMs: number, allowedLatenessMs: number): Placement {
    return {
      earliestPaneMs: Number.NEGATIVE_INFINITY,
      lateBeforeMs: watermarkMs - allowedLatenessMs,
      revisesBeforeMs: watermarkMs,
      windowsOf: () => 1,
      missedBy: () => 0,
      endedBy: () => 0,
    };
  }

  latestPaneMs(latestEventMs: number): number {
    return latestEventMs;
  }

  missed(timeMs: number): WindowBounds {
    return { windowStartMs: timeMs, windowEndMs: timeMs + 1 };
  }

  /** Nobody counts them by row: an event that is late would have had a row of its own. */
  missedStarts(): readonly number[] {
    return [];
  }

  firstRowMs(paneStartMs: number): number {
    return paneStartMs;
  }

  openWindows(paneStartMs: number, _missed: number, closedUpToMs: number): readonly number[] {
    return paneStartMs >= closedUpToMs ? [paneStartMs] : [];
  }

  rowColumns({ startMs }: RowWindow) {
    return { event_time: startMs };
  }

  lengthMs(): undefined {
    return undefined;
  }

  /** Rows to come are not before this. */
  rowTimeMs(windowStartMs: number): number {
    return windowStartMs;
  }

  get words(): WindowWords {
    return {
      window: "none: each event has a row, which is final when the watermark has passed the event's time",
      unit: 'event',
      neverLate: null,
      stays: null,
      keptRows: null,
      sqlOpen: 'how far the stream has come: events that wait for the watermark have rows too',
      sqlLate: "late events: a stream leaves out what comes after the watermark has passed the event's time",
    };
  }

  sql(): never {
    throw new BugError('Events as they are are in no windows: engine/sql/view-statement.ts selects them.');
  }
}
