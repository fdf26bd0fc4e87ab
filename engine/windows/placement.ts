import type { ViewDefinition } from '../ir/view-definition.ts';
import { isAligned } from '../ir/window.ts';
import { gridOf, windowsEndedBy, windowsHolding } from './aligned.ts';
import { floorTo, type PaneGrid, paneGridOf } from './boundaries.ts';

/** Where the events of one commit go, judged by the watermark that the commit builds on. */
export interface Placement extends PaneGrid {
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

export function placementOf(view: ViewDefinition, watermarkMs: number): Placement {
  const { window, allowedLatenessMs } = view;
  const panes = paneGridOf(window);
  if (isAligned(window)) {
    const grid = gridOf(window);
    return {
      ...panes,
      earliestPaneMs: Number.NEGATIVE_INFINITY,
      lateBeforeMs: Number.NEGATIVE_INFINITY,
      revisesBeforeMs: Number.NEGATIVE_INFINITY,
      windowsOf: (paneStartMs) => windowsHolding(grid, paneStartMs),
      missedBy: (paneStartMs) => windowsEndedBy(grid, paneStartMs, watermarkMs - allowedLatenessMs),
      endedBy: (paneStartMs) => windowsEndedBy(grid, paneStartMs, watermarkMs),
    };
  }
  const isSession = window.kind === 'session';
  return {
    ...panes,
    earliestPaneMs: isSession ? Number.NEGATIVE_INFINITY : floorTo(panes.paneMs, watermarkMs),
    lateBeforeMs: isSession ? watermarkMs - allowedLatenessMs : Number.NEGATIVE_INFINITY,
    // A final session's last event is more than a gap below the watermark, so what can touch it lies below that too.
    revisesBeforeMs: isSession ? watermarkMs : Number.NEGATIVE_INFINITY,
    windowsOf: () => 1,
    missedBy: () => 0,
    endedBy: () => 0,
  };
}
