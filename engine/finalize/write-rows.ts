import type { ResultStore, RowKey, StoredRow } from '../ports/result-store.ts';
import { FencedError } from './errors.ts';

/** A row as it should be, before its revision is known. */
export interface RowDraft extends RowKey {
  readonly windowEndMs: number;
  readonly partial: boolean;
  readonly retracted: boolean;
  readonly columns: string;
}

export interface WriteMode {
  readonly epoch: number;
  /** Nobody can have written these rows before: they are not read first. */
  readonly fresh: boolean;
  /** Rows of an older epoch than this are written even if their content is the same. See `Progress.unsettledEpoch`. */
  readonly unsettledEpoch: number;
}

/** Brings stored rows to what the drafts say. Only rows that differ are written. Returns how many were. */
export async function writeRows(results: ResultStore, drafts: readonly RowDraft[], mode: WriteMode): Promise<number> {
  if (drafts.length === 0) return 0;
  const stored = mode.fresh ? [] : await results.get(drafts);
  const changed = drafts.flatMap((draft, index) => {
    const row = stored[index] ?? null;
    if (row === null) return [{ ...draft, lateEvents: 0, revision: 1, epoch: mode.epoch }];
    const same = row.columns === draft.columns && row.partial === draft.partial && row.retracted === draft.retracted;
    if (same && row.epoch >= mode.unsettledEpoch) return [];
    const revision = same ? row.revision : row.revision + 1;
    return [{ ...draft, lateEvents: row.lateEvents, revision, epoch: mode.epoch }];
  });
  await putRows(results, changed);
  return changed.length;
}

/**
 * Writes rows of an epoch. A fenced row is fine if it is this very row: an earlier attempt of this epoch wrote it.
 *
 * @throws FencedError where another finalizer has written a row since.
 */
export async function putRows(results: ResultStore, rows: readonly StoredRow[]): Promise<void> {
  if (rows.length === 0) return;
  const outcomes = await results.put(rows);
  const fenced = rows.filter((_, index) => outcomes[index] === 'fenced');
  if (fenced.length === 0) return;
  const stored = await results.get(fenced);
  fenced.forEach((row, index) => {
    const found = stored[index];
    if (found?.epoch === row.epoch && found.columns === row.columns && found.lateEvents === row.lateEvents) return;
    throw new FencedError(
      `View ${row.view}, group ${row.group}: the row was written in epoch ${found?.epoch ?? 'unknown'}, and this finalizer's epoch is ${row.epoch}.`,
    );
  });
}
