import { appendOrderOfText } from '../../engine/codec/group-order.ts';
import { TABLE_GROUP } from '../../engine/finalize/drafts.ts';
import type { NewRows } from '../../engine/ports/new-rows.ts';
import type { StoredRow } from '../../engine/ports/result-store.ts';

/** Stored rows of one view and one epoch, all of revision 1, as new ones. */
export function newRowsOf(view: string, epoch: number, rows: readonly StoredRow[]): NewRows {
  const at = (row: number) => rows[row] as StoredRow;
  return {
    view,
    epoch,
    count: rows.length,
    windowStartMs: (row) => at(row).windowStartMs,
    windowEndMs: (row) => at(row).windowEndMs,
    partial: (row) => at(row).partial,
    expiresAtSeconds: (row) => at(row).expiresAtSeconds,
    writeGroupOrder(row, out) {
      if (at(row).group !== TABLE_GROUP) appendOrderOfText(at(row).group, out);
    },
    writeGroup: (row, out) => out.utf8(at(row).group),
    writeColumns: (row, out) => out.utf8(at(row).columns),
  };
}
