import { groupText } from '../codec/group.ts';
import { TABLE_GROUP } from '../finalize/drafts.ts';
import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { ResultStore, RowOrder, RowPlace, StoredRow } from '../ports/result-store.ts';
import { CHUNK_ROWS, DEFAULT_ROWS_READ, type WindowRange } from './bounds.ts';
import { type GroupFilter, isOfGroup, storedGroupOf } from './group-filter.ts';
import { groupValuesOf } from './row-values.ts';
import { type ShownRow, shownRows } from './shown-row.ts';

/** A row with its place in the order of rows. Rows of one table have the place of their table in the store. */
export interface PlacedRow extends RowPlace {
  readonly row: ShownRow;
}

export interface StoredQuery extends WindowRange {
  readonly groups: GroupFilter;
  readonly order: RowOrder;
  readonly limit: number;
  readonly after: RowPlace | null;
  /** Rows that are looked at, at most; of a table, all of its rows are. */
  readonly maxRead?: number;
  /** Rows that are meant; all where none is given. */
  readonly keeps?: (row: ShownRow) => boolean;
}

export interface StoredPage {
  readonly rows: readonly PlacedRow[];
  /** Where the next page goes on: behind this place of the store. Null after the last row. */
  readonly next: RowPlace | null;
  /** The last place of the store that was read; where none was, the one that it began behind. */
  readonly last: RowPlace | null;
  /** Rows that were looked at, also those of other groups. */
  readonly read: number;
}

/** Reads stored rows until there are as many as wanted, or as many were read as one question may read. */
export async function readStoredRows(
  view: ViewPlan,
  results: Pick<ResultStore, 'windows'>,
  { groups, limit, after, maxRead = DEFAULT_ROWS_READ, keeps, ...query }: StoredQuery,
): Promise<StoredPage> {
  const group = storedGroupOf(view.definition, groups);
  // Of a table, one row of the store is many; and where rows are passed over, nobody knows how many it takes.
  const passesOver = keeps !== undefined || (group === undefined && groups.size > 0);
  const chunk = group === TABLE_GROUP ? 1 : passesOver ? CHUNK_ROWS : limit;
  const rows: PlacedRow[] = [];
  let cursor = after;
  let last = after;
  for (let read = 0; ; ) {
    const page = await results.windows({
      ...query,
      view: view.key,
      limit: Math.min(chunk, maxRead - read),
      cursor,
      ...(group !== undefined && { group }),
    });
    for (const [index, stored] of page.rows.entries()) {
      const shown = shownRows(view, stored);
      read += shown.length;
      append(rows, placedRows(view, stored, keeps === undefined ? shown : shown.filter(keeps), groups));
      if (rows.length < limit && read < maxRead) continue;
      const isLast = index === page.rows.length - 1 && page.cursor === null;
      return { rows, read, last: placeOf(stored), next: isLast ? null : placeOf(stored) };
    }
    const end = page.rows.at(-1);
    if (end !== undefined) last = placeOf(end);
    if (page.cursor === null) return { rows, read, last, next: null };
    cursor = page.cursor;
  }
}

function placeOf({ windowStartMs, group }: RowPlace): RowPlace {
  return { windowStartMs, group };
}

/** Those of a stored row's rows that are of the groups that are asked for. */
function placedRows(
  view: ViewPlan,
  { windowStartMs }: StoredRow,
  shown: readonly ShownRow[],
  groups: GroupFilter,
): PlacedRow[] {
  return shown.flatMap((row) => {
    const values = groupValuesOf(view.definition, row.columns);
    return isOfGroup(view.definition, groups, values) ? [{ row, windowStartMs, group: groupText(values) }] : [];
  });
}
