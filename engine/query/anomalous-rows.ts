import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import { rowShape } from '../ir/view-definition.ts';
import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { ResultStore } from '../ports/result-store.ts';
import { checkLimit, checkRange, DEFAULT_ROWS_READ, MAX_PAGE_ROWS, type WindowRange } from './bounds.ts';
import { ALL_GROUPS } from './group-filter.ts';
import { formatPageCursor, parsePageCursor, ROW_PLACE } from './page-cursor.ts';
import type { ShownRow } from './shown-row.ts';
import { readStoredRows } from './stored-rows.ts';

export interface AnomaliesQuery extends WindowRange {
  /** At most `MAX_PAGE_ROWS`. Of a view that emits whole tables, all of a table come, so a page may be longer. */
  readonly limit: number;
  /** Of the page before; null for the first one. */
  readonly cursor: string | null;
  /** Rows that are looked at for one page, at most. */
  readonly maxRead?: number;
}

export interface AnomalousRow {
  readonly view: string;
  /** Those that found it unusual, by name. */
  readonly detectors: readonly string[];
  readonly row: ShownRow;
}

export interface AnomaliesPage {
  readonly anomalies: readonly AnomalousRow[];
  /** Null on the last page. A page that has looked at as many rows as it may holds fewer than asked for, or none, and has one. */
  readonly cursor: string | null;
}

/** Where the next page goes on: in a view, behind a stored row. */
const PLACE = Type.Object({ view: Type.String(), rows: ROW_PLACE });
type Place = Static<typeof PLACE>;

/**
 * Stored rows of views that a detector found unusual: view by view, in each the latest first. Every one comes once, also while
 * rows are written. How many rows a page looks at does not depend on how many it is to hold.
 *
 * @throws BadQueryError
 */
export async function readAnomalies(
  views: readonly ViewPlan[],
  results: Pick<ResultStore, 'windows'>,
  { fromMs, toMs, limit, cursor, maxRead = DEFAULT_ROWS_READ }: AnomaliesQuery,
): Promise<AnomaliesPage> {
  checkRange({ fromMs, toMs });
  checkLimit('limit', limit, MAX_PAGE_ROWS);
  const watched = views
    .map((view) => ({ view, detectors: detectorsOf(view) }))
    .filter((each) => each.detectors.length > 0);
  const question = ['anomalies', String(fromMs), String(toMs), ...watched.map(({ view }) => view.key)];
  const begin = cursor === null ? null : parsePageCursor(question, cursor, PLACE);
  const anomalies: AnomalousRow[] = [];
  let left = maxRead;
  const first = watched.findIndex(({ view }) => view.name === begin?.view);
  for (const { view, detectors } of watched.slice(Math.max(0, first))) {
    const after = view.name === begin?.view ? begin.rows : null;
    // Cursors of a view's end are not made: where nothing is left to look at, the page ends before the next view.
    if (anomalies.length >= limit || left <= 0)
      return { anomalies, cursor: cursorAt({ view: view.name, rows: after }) };
    const { rows, read, next } = await readStoredRows(view, results, {
      ...{ fromMs, toMs, groups: ALL_GROUPS, order: 'latestFirst', after },
      limit: limit - anomalies.length,
      maxRead: left,
      keeps: (row) => detectors.some((name) => isAnomaly(row, name)),
    });
    append(
      anomalies,
      rows.map(({ row }) => ({ view: view.name, detectors: detectors.filter((name) => isAnomaly(row, name)), row })),
    );
    left -= read;
    if (next !== null) return { anomalies, cursor: cursorAt({ view: view.name, rows: next }) };
  }
  return { anomalies, cursor: null };

  function cursorAt({ view, rows }: Place): string {
    const place = rows === null ? null : { windowStartMs: rows.windowStartMs, group: rows.group };
    return formatPageCursor(question, { view, rows: place });
  }
}

function detectorsOf({ definition }: ViewPlan): readonly string[] {
  return [...rowShape(definition).fields].flatMap(([name, shape]) =>
    shape.shape === 'struct' && shape.fields.has('is_anomaly') ? [name] : [],
  );
}

function isAnomaly({ columns }: ShownRow, detector: string): boolean {
  const found = columns[detector] as { readonly is_anomaly?: unknown } | null | undefined;
  return found?.is_anomaly === true;
}
