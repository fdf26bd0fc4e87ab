import type { PutOutcome, ResultStore, StoredRow } from '../../engine/ports/result-store.ts';

/** Puts rows where there are none, or over those of an epoch. */
export function putRows(
  store: ResultStore,
  rows: readonly StoredRow[],
  over: number | null = null,
): Promise<readonly PutOutcome[]> {
  return store.put(rows.map((row) => ({ row, over })));
}
