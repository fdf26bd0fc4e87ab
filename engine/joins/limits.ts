import { floorTo } from '../time/floor-to.ts';
import type { LogRow } from './event-log.ts';
import type { SideOfPane } from './log-operator.ts';

/** Unless a join sets `maxPerKey`: events of one key and side in one pane that are joined. 17 panes of both sides fit into memory. */
export const DEFAULT_MAX_PER_KEY = 20_000;

/** Rows that are made of one key in one pane, but for one for each event that is kept though it matches nothing. */
export const MAX_ROWS_PER_KEY = 100_000;

/**
 * Whether events of a key and side, given in parts that come one after the other in time, are so many in a pane that some may have
 * been cut. It follows from the events that are left, so nobody has to remember it.
 */
export function mayBeCut({ paneMs, max }: LogLimit, parts: readonly SideOfPane[]): boolean {
  let rows = 0;
  for (const { from, aheadTo } of parts) rows += aheadTo - from;
  if (rows < max) return false;
  let [ofPane, paneOf] = [0, Number.NaN];
  for (const { rows, from, aheadTo } of parts) {
    for (let at = from; at < aheadTo; at++) {
      const startMs = floorTo(paneMs, (rows[at] as LogRow).timeMs);
      ofPane = startMs === paneOf ? ofPane + 1 : 1;
      paneOf = startMs;
      if (ofPane >= max) return true;
    }
  }
  return false;
}

export interface LogLimit {
  readonly paneMs: number;
  /** Events of one key and side in one pane. */
  readonly max: number;
}
