import type { SessionWindow } from '../ir/window.ts';

/**
 * The arithmetic of session windows, in milliseconds.
 *
 * Events of a group at most a gap apart are one session. They are kept in panes that are no longer than the gap, so that
 * two events of a group in one pane are always of one session, and a pane keeps one accumulator a group: a *piece*.
 */
export interface SessionGrid {
  readonly gapMs: number;
  readonly paneMs: number;
  /** Sessions are looked at when the watermark reaches a multiple of this. */
  readonly tickMs: number;
}

export function sessionGridOf({ gapMs }: Pick<SessionWindow, 'gapMs'>): SessionGrid {
  // Short panes make state go early, long ones keep segments few.
  const paneMs = Math.min(gapMs, Math.max(MIN_PANE_MS, Math.ceil(gapMs / PANES_A_GAP)));
  const tickMs = Math.min(paneMs, MAX_TICK_MS);
  // A pane is whole ticks: what is before a pane's start must have been looked at when the pane is let go.
  return { gapMs, tickMs, paneMs: Math.floor(paneMs / tickMs) * tickMs };
}

const PANES_A_GAP = 4;
const MIN_PANE_MS = 1000;
/**
 * The longest that a session waits to be seen after the watermark has passed its end. Each look reads all open sessions of
 * a bucket and commits, so looking at every move of the watermark costs as often as there are commits of shards.
 */
const MAX_TICK_MS = 60_000;
