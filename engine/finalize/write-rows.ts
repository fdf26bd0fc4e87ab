import type { ResultStore, RowKey, RowWrite, StoredRow } from '../ports/result-store.ts';
import { FencedError } from '../protocol/errors.ts';

/** A row as it should be, before its revision is known. */
export interface RowDraft extends RowKey {
  readonly windowEndMs: number;
  readonly partial: boolean;
  readonly retracted: boolean;
  /** None, as far as a draft knows: a stored row says how many there are. */
  readonly lateEvents: 0;
  readonly columns: string;
}

export interface WriteMode {
  readonly epoch: number;
  /** As a rule nobody has written these rows before: they are not read first. */
  readonly fresh: boolean;
  /** Rows of an older epoch than this are written even if their content is the same. See `Progress.unfinishedEpoch`. */
  readonly unfinishedEpoch: number;
  /** When a row with this window end may go; null for never. */
  readonly expiresAtSeconds: (windowEndMs: number) => number | null;
}

/** What became of rows. */
export interface RowCounts {
  readonly written: number;
  /** Of these, how many took the place of one that readers had seen and that said something else. */
  readonly revised: number;
}

/**
 * Brings stored rows to what the drafts say. Only rows that differ are written.
 *
 * A row is taken back also where there is none, if a finalizer that never finished may be about to write it:
 *
 *   F5: computes the row | frozen ........................... | puts it over nothing: refused, epoch 9 is there
 *   F9:                    the group is gone: retracts in epoch 9
 */
export function writeRows(
  results: ResultStore,
  drafts: readonly RowDraft[],
  mode: WriteMode & { readonly careful: boolean },
): Promise<RowCounts> {
  return changeRows(results, drafts, mode, (draft, row) =>
    row === null ? absent(draft, mode.careful) : { ...draft, lateEvents: row.lateEvents },
  );
}

function absent(draft: RowDraft, careful: boolean): RowDraft | null {
  return draft.retracted && !careful ? null : draft;
}

/** What readers see of a row. */
type Content = Omit<StoredRow, 'revision' | 'epoch' | 'expiresAtSeconds'>;

/**
 * Brings rows to what `contentOf` makes of what is stored in their places; null leaves it as it is.
 *
 * A finalizer that was overtaken may still write, between the read and the write of this one. What it wrote is then read
 * and replaced as anything else would be, with a revision of its own:
 *
 *   epoch 4   frozen ................ | writes revision 2
 *   epoch 5         reads revision 1                      | put: refused | reads revision 2 | writes revision 3
 *
 * @throws FencedError where another finalizer has written a row since.
 */
export async function changeRows<Key extends RowKey>(
  results: ResultStore,
  keys: readonly Key[],
  { epoch, fresh, unfinishedEpoch, expiresAtSeconds }: WriteMode,
  contentOf: (key: Key, row: StoredRow | null) => Content | null,
): Promise<RowCounts> {
  let [written, revised] = [0, 0];
  if (keys.length === 0) return { written, revised };
  let left = keys;
  let stored = fresh ? [] : await results.get(keys);
  while (left.length > 0) {
    const writes: RowWrite[] = [];
    const changes: { readonly key: Key; readonly revises: boolean }[] = [];
    left.forEach((key, index) => {
      const row = stored[index] ?? null;
      const content = contentOf(key, row);
      if (content === null) return;
      const same = row !== null && isSame(row, content);
      if (same && row.epoch >= unfinishedEpoch) return;
      if (row !== null && row.epoch >= epoch) throw fencedBy(row, epoch);
      const revision = same ? row.revision : (row?.revision ?? 0) + 1;
      const expiry = expiresAtSeconds(content.windowEndMs);
      writes.push({ row: storedRow(content, revision, epoch, expiry), over: row?.epoch ?? null });
      changes.push({ key, revises: row !== null && !same });
    });
    if (writes.length === 0) break;
    const outcomes = await results.put(writes);
    const refused: Key[] = [];
    changes.forEach(({ key, revises }, index) => {
      if (outcomes[index] === 'refused') refused.push(key);
      else {
        written++;
        if (revises) revised++;
      }
    });
    left = refused;
    if (left.length > 0) stored = await results.get(left);
  }
  return { written, revised };
}

/** Field by field: a spread would take longer than all the rest of a row. */
function storedRow(content: Content, revision: number, epoch: number, expiresAtSeconds: number | null): StoredRow {
  const { view, group, windowStartMs, windowEndMs, partial, lateEvents, retracted, columns } = content;
  return {
    view,
    group,
    windowStartMs,
    windowEndMs,
    revision,
    epoch,
    partial,
    lateEvents,
    retracted,
    columns,
    expiresAtSeconds,
  };
}

function isSame(a: Content, b: Content): boolean {
  return (['columns', 'partial', 'retracted', 'lateEvents'] as const).every((name) => a[name] === b[name]);
}

function fencedBy({ view, group, epoch: found }: StoredRow, epoch: number): FencedError {
  return new FencedError(
    `View ${view}, group ${group}: the row was written in epoch ${found}, and this finalizer's epoch is ${epoch}.`,
  );
}
