import { compareGroups, type Groups, groupText } from '../plan/group.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { ResultStore, RowKey, StoredRow } from '../ports/result-store.ts';
import { FencedError } from './errors.ts';

/** A row as it should be, before its revision is known. */
export interface RowDraft extends RowKey {
  readonly windowEndMs: number;
  readonly partial: boolean;
  readonly columns: string;
}

/** Rows of a merged pane, in the order of their groups. */
export function draftRows(view: ViewPlan, groups: Groups, windowStartMs: number, partial: boolean): RowDraft[] {
  const windowEndMs = windowStartMs + view.definition.window.sizeMs;
  return [...groups.values()]
    .sort((a, b) => compareGroups(a.values, b.values))
    .map((group) => ({
      view: view.key,
      group: groupText(group.values),
      windowStartMs,
      windowEndMs,
      partial,
      columns: JSON.stringify(view.makeRow(group, windowStartMs, windowEndMs)),
    }));
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
  if (mode.fresh) {
    const rows = drafts.map((draft) => ({ ...draft, revision: 1, epoch: mode.epoch }));
    const outcomes = await results.put(rows);
    const fenced = rows.filter((_, index) => outcomes[index] === 'fenced');
    await refuseIfOvertaken(results, fenced);
    return rows.length - fenced.length;
  }
  const stored = await results.get(drafts);
  const changed = drafts.flatMap((draft, index) => {
    const row = stored[index] ?? null;
    if (row === null) return [{ ...draft, revision: 1, epoch: mode.epoch }];
    const same = row.columns === draft.columns && row.partial === draft.partial;
    if (same && row.epoch >= mode.unsettledEpoch) return [];
    return [{ ...draft, revision: same ? row.revision : row.revision + 1, epoch: mode.epoch }];
  });
  const outcomes = await results.put(changed);
  await refuseIfOvertaken(
    results,
    changed.filter((_, index) => outcomes[index] === 'fenced'),
  );
  return changed.length;
}

/** A fenced row is fine if it is this very row: an earlier attempt of this epoch wrote it. */
async function refuseIfOvertaken(results: ResultStore, fenced: readonly StoredRow[]): Promise<void> {
  if (fenced.length === 0) return;
  const stored = await results.get(fenced);
  fenced.forEach((row, index) => {
    const found = stored[index];
    if (found?.epoch === row.epoch && found.columns === row.columns) return;
    throw new FencedError(
      `View ${row.view}, group ${row.group}: the row was written in epoch ${found?.epoch ?? 'unknown'}, and this finalizer's epoch is ${row.epoch}.`,
    );
  });
}
