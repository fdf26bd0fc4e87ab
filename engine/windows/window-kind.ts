import type { DialectName } from '../aggregates/aggregate-sql.ts';
import type { AggregateOperator } from '../aggregates/operator.ts';
import type { ColumnValue } from '../ir/node.ts';
import type { RowWindow, WindowColumn, WindowKindName } from '../ir/window.ts';
import type { Grid } from './aligned.ts';
import type { SqlEvents, SqlWindowNumbers, SqlWindows } from './window-sql.ts';

/**
 * A view's window with everything that the rest needs to know of its kind. One file a kind, named in `registry.ts`;
 * how a kind is finalized and how its open windows are read is in `engine/finalize`.
 *
 * @example
 * const window = windowOf(view.window); // tumbling('5 minutes')
 * window.panes.paneMs;                  // 300,000
 * window.closedUpTo(watermarkMs);       // the start of the first window that is still open
 */
export interface WindowKind {
  readonly panes: PaneGrid;
  /** Windows end, so that their rows are final one day. */
  readonly hasEnd: boolean;
  /** Where the windows are; null where events decide that. */
  readonly grid: Grid | null;
  /** How long segments can be needed after their events' time, besides lateness. */
  readonly spanMs: number;
  /** Panes are folded into pages when they change no more, and later rows are made of these as well. */
  readonly isCarried: boolean;

  /**
   * How far a view is final when its watermark stands at an instant. It rises by steps, and only when it rises is there
   * anything new to finalize.
   */
  closedUpTo(watermarkMs: number): number;
  /**
   * The start of the first pane that can still take events, or whose windows can still take them, when the watermark less
   * the allowed lateness stands at an instant. Nothing before it changes any more.
   */
  stateCutoff(settledMs: number): number;
  /** Where the events of one commit go, judged by the watermark that the commit builds on. */
  placement(watermarkMs: number, allowedLatenessMs: number): Placement;
  /** No segment lies in a pane that starts after this, where the latest event is of `latestEventMs`. */
  latestPaneMs(latestEventMs: number): number;

  /**
   * The window that an event missed, of several the first. That is the same however many of them a container takes for
   * missed: one that was overtaken knows of fewer.
   */
  missed(timeMs: number): WindowBounds;
  /** Starts of the windows that events of a pane missed, the `missed` first ones; null where that is in the rows alone. */
  missedStarts(paneStartMs: number, missed: number): readonly number[] | null;
  /** How far after an event's time the window that it missed can begin. */
  readonly missedReachMs: number;
  /** A row can have been made of a pane when `closedUpTo` is beyond this. */
  firstRowMs(paneStartMs: number): number;
  /** Windows of a pane's events that are not final, without the `missed` first ones; of windows that move, the pane. */
  openWindows(paneStartMs: number, missed: number, closedUpToMs: number): readonly number[];

  /** Operators beside those of the view's aggregates: they are given each event's time. */
  readonly timeOperators: readonly AggregateOperator[];
  /** The columns of a row that the window makes. `timeResult` is what a time operator came to. */
  rowColumns(window: RowWindow, timeResult: (index: number) => ColumnValue): Record<string, ColumnValue>;
  /** What rates divide by; undefined where windows have no length. */
  lengthMs(window: RowWindow): number | undefined;
  /**
   * When a row counts for the views that take it, the last instant of its window: by what `closedUpTo` counts, which is where the
   * window starts, or where a session ends. So it is also what no row to come is before.
   */
  rowTimeMs(atMs: number): number;

  /** How often rows are made, for the estimate of costs. */
  readonly pace: WindowPace;
  readonly words: WindowWords;
  sql(events: SqlEvents): SqlWindows;
  /** Not given where windows have no order: SQL goes over no rows there. */
  sqlNumbers?(dialect: DialectName): SqlWindowNumbers;
}

/** A kind's rows have the columns that their types say. */
export interface WindowKindOf<K extends WindowKindName> extends WindowKind {
  rowColumns(window: RowWindow, timeResult: (index: number) => ColumnValue): Record<WindowColumn<K>, ColumnValue>;
}

/** Panes of a view: [offset + k · paneMs, offset + (k + 1) · paneMs) since 1970. */
export interface PaneGrid {
  readonly paneMs: number;
  readonly offsetMs: number;
}

export interface Placement {
  /** Panes before this take nothing: their events go here. For global windows, to which no event is late. */
  readonly earliestPaneMs: number;
  /** Events before this are late whatever their pane. For sessions, whose windows are not known yet. */
  readonly lateBeforeMs: number;
  /** How many windows hold a pane: 0 in a gap between windows. */
  windowsOf(paneStartMs: number): number;
  /** How many of these, the first ones, an event has missed: their end + allowedLateness ≤ watermark. */
  missedBy(paneStartMs: number): number;
  /** How many of these, the first ones, may have been finalized: their end ≤ watermark. */
  endedBy(paneStartMs: number): number;
  /** Events before this may touch what has been finalized. For sessions. */
  readonly revisesBeforeMs: number;
}

/** Where a window that an event missed begins and ends. */
export interface WindowBounds {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
}

export interface WindowPace {
  /** From one round of rows to the next. */
  readonly everyMs: number;
  /** The span whose events make a round's rows, one a group; null where each group makes its own windows. */
  readonly overMs: number | null;
}

export interface WindowWords {
  /** The window, and when it is final. */
  readonly window: string;
  /** What a row is for: “one row for each …”. */
  readonly unit: string;
  /** What becomes of late events where nothing is late; null where something can be. */
  readonly neverLate: string | null;
  /** What stays for ever of the state; null where it goes with the windows. */
  readonly stays: string | null;
  /** Which rows there are, where they never expire; null where the view says how long they are kept. */
  readonly keptRows: string | null;
  /** What SQL does not know of how far the stream has come. */
  readonly sqlOpen: string;
  /** What SQL does not know of late events, up to the instant that lateness is counted from; null where nothing is late. */
  readonly sqlLate: string | null;
}

/** The longest span of event time whose panes wait to be folded into carried state. */
export const MAX_UNFOLDED_MS = 86_400_000;
