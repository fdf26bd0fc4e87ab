import { compareLogRows, LEFT, type LogRow, RIGHT, type Side } from '../../engine/joins/event-log.ts';
import type { LogPane, SideOfPane } from '../../engine/joins/log-operator.ts';

/** The pane of a key that has these rows, of both sides and in any order, and nothing ahead. */
export function logPane(fromMs: number, toMs: number, rows: readonly LogRow[], hasNullKey = false): LogPane {
  return { fromMs, toMs, lefts: sideOf(rows, LEFT), rights: sideOf(rows, RIGHT), hasNullKey };
}

function sideOf(rows: readonly LogRow[], side: Side): SideOfPane {
  const ofSide = rows.filter((row) => row.side === side).sort(compareLogRows);
  return { rows: ofSide, from: 0, to: ofSide.length, aheadTo: ofSide.length };
}
