import type { ViewDefinition } from '../ir/view-definition.ts';
import type { WindowDefinition } from '../ir/window.ts';
import { firstWindowEndingAfter, gridOf } from './aligned.ts';
import { sessionGridOf } from './session.ts';

/** Panes of a view: [offset + k · paneMs, offset + (k + 1) · paneMs) since 1970. */
export interface PaneGrid {
  readonly paneMs: number;
  readonly offsetMs: number;
}

export function paneGridOf(window: WindowDefinition): PaneGrid {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding':
      return gridOf(window);
    case 'session':
      return { paneMs: sessionGridOf(window).paneMs, offsetMs: 0 };
    case 'global':
      return { paneMs: window.emitEveryMs, offsetMs: 0 };
  }
}

/** The last multiple of `stepMs`, plus the offset, that is at or before an instant. */
export function floorTo(stepMs: number, timeMs: number, offsetMs = 0): number {
  return Math.floor((timeMs - offsetMs) / stepMs) * stepMs + offsetMs;
}

/**
 * How far a view is final when its watermark stands at an instant. It rises by steps, and only when it rises is there
 * anything new to finalize.
 *
 * - Tumbling and sliding: the start of the first window that is still open; every window that starts before it is final.
 * - Session: sessions whose last event plus the gap lies before it are final.
 * - Global: intervals that end at or before it are counted into the rows.
 */
export function closedUpTo(window: WindowDefinition, watermarkMs: number): number {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding':
      return firstWindowEndingAfter(gridOf(window), watermarkMs);
    case 'session':
      return floorTo(sessionGridOf(window).tickMs, watermarkMs);
    case 'global':
      return floorTo(window.emitEveryMs, watermarkMs);
  }
}

/**
 * The start of the first pane that can still take events, or whose windows can still take them, when the watermark less
 * the allowed lateness stands at an instant. Nothing before it changes any more.
 */
export function stateCutoff(window: WindowDefinition, settledMs: number): number {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding':
      return firstWindowEndingAfter(gridOf(window), settledMs);
    case 'session':
      return floorTo(sessionGridOf(window).paneMs, settledMs);
    case 'global':
      return floorTo(window.emitEveryMs, settledMs);
  }
}

/** How long segments of a view can be needed after their events' time, besides lateness. */
export function windowSpanMs({ window }: ViewDefinition): number {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding':
      return window.sizeMs;
    case 'session':
      return window.gapMs + MAX_UNFOLDED_MS;
    case 'global':
      return window.emitEveryMs + MAX_UNFOLDED_MS;
  }
}

/** The longest span of event time whose panes wait to be folded into carried state. */
export const MAX_UNFOLDED_MS = 86_400_000;
