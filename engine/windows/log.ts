import type { AggregateOperator } from '../aggregates/operator.ts';
import { BugError } from '../ir/bug-error.ts';
import { formatDuration } from '../ir/duration.ts';
import { type LogWindow, type WindowColumn, type WindowTraits, withTraits } from '../ir/window.ts';
import { floorTo } from '../time/floor-to.ts';
import type { PaneGrid, Placement, WindowBounds, WindowKindOf, WindowPace, WindowWords } from './window-kind.ts';

const MADE_BY_EVENTS = 'its rows lie where events do';

const TRAITS: WindowTraits<WindowColumn<'log'>> = {
  columns: [],
  hands: 'final',
  refuses: {
    source: null,
    totals: MADE_BY_EVENTS,
    rolling: MADE_BY_EVENTS,
    shares: MADE_BY_EVENTS,
    rate: MADE_BY_EVENTS,
    complete: MADE_BY_EVENTS,
    lateness: null,
    keepRows: 'it keeps no rows of its own',
  },
};

/** A join's pane is a sixteenth of what it looks at, so that it waits little longer than it must, and reads few panes. */
const PANES_OF_REACH = 16;
const [SHORTEST_PANE_MS, LONGEST_PANE_MS] = [5000, 60_000];

/**
 * The panes of a join that looks so far ahead and back.
 *
 * @param reachMs the greater of both.
 */
export function logWindow(aheadMs: number, reachMs: number, maxPerKey?: number): LogWindow {
  const paneMs = Math.min(LONGEST_PANE_MS, Math.max(SHORTEST_PANE_MS, floorTo(1000, reachMs / PANES_OF_REACH)));
  return withTraits({ kind: 'log', paneMs, aheadMs, ...(maxPerKey !== undefined && { maxPerKey }) }, TRAITS);
}

/**
 * `closedUpTo`: rows whose times lie before it have been made. They are made pane by pane of their own times, each once all
 * events have come that its rows can be made of.
 */
export class LogKind implements WindowKindOf<'log'> {
  readonly hasEnd = true;
  readonly grid = null;
  readonly isCarried = true;
  readonly missedReachMs = 0;
  readonly timeOperators: readonly AggregateOperator[] = [];
  readonly #paneMs: number;
  readonly #aheadMs: number;

  constructor({ paneMs, aheadMs }: LogWindow) {
    this.#paneMs = paneMs;
    this.#aheadMs = aheadMs;
  }

  get panes(): PaneGrid {
    return { paneMs: this.#paneMs, offsetMs: 0 };
  }

  get spanMs(): number {
    return this.#paneMs + this.#aheadMs;
  }

  get pace(): WindowPace {
    return { everyMs: this.#paneMs, overMs: this.#paneMs };
  }

  closedUpTo(watermarkMs: number): number {
    return floorTo(this.#paneMs, watermarkMs - this.#aheadMs);
  }

  stateCutoff(settledMs: number): number {
    return this.closedUpTo(settledMs);
  }

  /** Late is what happened before the watermark, whatever its pane: the rows that it would be in may have been made. */
  placement(watermarkMs: number): Placement {
    return {
      earliestPaneMs: Number.NEGATIVE_INFINITY,
      lateBeforeMs: watermarkMs,
      revisesBeforeMs: Number.NEGATIVE_INFINITY,
      windowsOf: () => 1,
      missedBy: () => 0,
      endedBy: () => 0,
    };
  }

  latestPaneMs(latestEventMs: number): number {
    return latestEventMs;
  }

  missed(timeMs: number): WindowBounds {
    const windowStartMs = floorTo(this.#paneMs, timeMs);
    return { windowStartMs, windowEndMs: windowStartMs + this.#paneMs };
  }

  missedStarts(): readonly number[] {
    return [];
  }

  firstRowMs(paneStartMs: number): number {
    return paneStartMs;
  }

  openWindows(): readonly number[] {
    return [];
  }

  rowColumns(): Record<never, never> {
    return {};
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
      window: `an event log in panes of ${formatDuration(this.#paneMs)}`,
      unit: 'match',
      neverLate: null,
      stays: null,
      keptRows: 'none: other views take them',
      sqlOpen: 'how far the streams have come: rows that wait for matches are there too',
      sqlLate: 'late events: a join takes no event that comes after the watermark has passed its time',
    };
  }

  sql(): never {
    throw new BugError('The rows of a join are selected by its source.');
  }
}
