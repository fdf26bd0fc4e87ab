import { groupText } from '../codec/group.ts';
import type { JsonValue } from '../ir/node.ts';
import { Type } from '../ir/type.ts';
import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowOrder, RowPlace } from '../ports/result-store.ts';
import { compareText } from '../text/compare-text.ts';
import { checkLimit, checkRange, MAX_OPEN_WINDOWS, MAX_PAGE_ROWS, type WindowRange } from './bounds.ts';
import { checkGroupFilter, type GroupFilter, isOfGroup } from './group-filter.ts';
import { readOpenWindows } from './open-windows.ts';
import { formatPageCursor, parsePageCursor, ROW_PLACE } from './page-cursor.ts';
import type { QueryPorts } from './query-ports.ts';
import { groupValuesOf } from './row-values.ts';
import type { ShownRow } from './shown-row.ts';
import { type PlacedRow, readStoredRows, type StoredPage } from './stored-rows.ts';

export interface RowsQuery extends WindowRange {
  readonly groups: GroupFilter;
  readonly order: RowOrder;
  /** Rows of open windows as well. Not given: where the view emits on update. */
  readonly open?: boolean | undefined;
  /** At most `MAX_PAGE_ROWS`. A view that emits whole tables gives whole tables, so its pages may be longer. */
  readonly limit: number;
  /** Of the page before; null for the first one. */
  readonly cursor: string | null;
}

export interface RowsPage {
  readonly rows: readonly ShownRow[];
  /** Null on the last page. A page may hold fewer rows than asked for, or none, and have one. */
  readonly cursor: string | null;
}

/**
 * The rows of a view whose windows start in a range, of all groups or of some, page by page. Rows of open windows, where they
 * are asked for, come after the stored ones in the order of time, and before them with the latest first; each is as of its
 * own page. Every row comes once, also while rows are written; an open row whose window closes between two pages may come
 * again, stored, with `isFinal`.
 *
 * @example the latest 20 rows of one page
 * await readRows(view, ports, {
 *   fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, groups: new Map([['page_url', '/']]),
 *   order: 'latestFirst', limit: 20, cursor: null,
 * });
 * @throws BadQueryError
 */
export async function readRows(view: ViewPlan, ports: QueryPorts, query: RowsQuery): Promise<RowsPage> {
  checkRange(query);
  checkLimit('limit', query.limit, MAX_PAGE_ROWS);
  checkGroupFilter(view.definition, query.groups);
  const open = query.open ?? view.definition.emit === 'onUpdate';
  const question = questionOf(view, query, open);
  const place = query.cursor === null ? BEGIN : parsePageCursor(question, query.cursor, PLACE);
  const reader = new RowsReader(view, ports, query);
  const { rows, next } = await (!open
    ? reader.stored(place)
    : query.order === 'latestFirst'
      ? reader.openThenStored(place)
      : reader.storedThenOpen(place));
  return {
    rows: rows.map(({ row }) => row),
    cursor: next === null ? null : formatPageCursor(question, next as unknown as JsonValue),
  };
}

function questionOf({ key }: ViewPlan, { fromMs, toMs, groups, order }: RowsQuery, open: boolean): readonly string[] {
  const filter = [...groups].map(([name, value]) => `${name} ${typeof value} ${value}`).sort();
  return [key, String(fromMs), String(toMs), order, String(open), ...filter];
}

/**
 * Where the next page begins. Stored rows and those of open windows have a place each: a window that closes meanwhile goes from
 * these to those, and must not be lost between the two.
 */
interface Place {
  /** Open rows come first with the latest first: whether they are through. */
  readonly isPastOpen: boolean;
  /** Behind these; null for the first row. */
  readonly stored: RowPlace | null;
  readonly open: RowPlace | null;
}

const PLACE = Type.Object({ isPastOpen: Type.Boolean(), stored: ROW_PLACE, open: ROW_PLACE });

const BEGIN: Place = { isPastOpen: false, stored: null, open: null };

interface Page {
  readonly rows: readonly PlacedRow[];
  readonly next: Place | null;
}

class RowsReader {
  readonly #view: ViewPlan;
  readonly #ports: QueryPorts;
  readonly #query: RowsQuery;

  constructor(view: ViewPlan, ports: QueryPorts, query: RowsQuery) {
    this.#view = view;
    this.#ports = ports;
    this.#query = query;
  }

  async stored(place: Place): Promise<Page> {
    const { rows, next } = await this.#readStored(place, this.#query.limit);
    return { rows, next: next && { ...place, isPastOpen: true, stored: next } };
  }

  async openThenStored(place: Place): Promise<Page> {
    const { limit } = this.#query;
    if (place.isPastOpen) return this.stored(place);
    // Open rows are read before stored ones: a window that closes between the two is seen twice, and not missed.
    const open = await this.#readOpen(place.open);
    const last = open[limit - 1];
    if (last !== undefined) {
      const isPastOpen = open.length === limit;
      return { rows: open.slice(0, limit), next: { ...place, isPastOpen, open: placeOf(last) } };
    }
    const { rows, next } = await this.#readStored(place, limit - open.length);
    const shown = [...this.#stillOpen(open, rows), ...rows];
    return { rows: shown, next: next && { ...place, isPastOpen: true, stored: next } };
  }

  async storedThenOpen(place: Place): Promise<Page> {
    const { limit } = this.#query;
    const before = await this.#readStored(place, limit);
    if (before.next !== null) return { rows: before.rows, next: { ...place, stored: before.next } };
    const open = await this.#readOpen(place.open);
    // As above: what closed before the open rows were read is stored by now.
    const { rows, next, last } = await this.#readStored(place, limit);
    if (next !== null) return { rows, next: { ...place, stored: next } };
    const left = this.#stillOpen(open, rows);
    const shown = left.slice(0, Math.max(0, limit - rows.length));
    if (shown.length === left.length) return { rows: [...rows, ...shown], next: null };
    const end = shown.at(-1);
    return { rows: [...rows, ...shown], next: { ...place, stored: last, open: end ? placeOf(end) : place.open } };
  }

  #readStored({ stored }: Place, limit: number): Promise<StoredPage> {
    return readStoredRows(this.#view, this.#ports.results, { ...this.#query, limit, after: stored });
  }

  /** Rows of open windows behind a place, in the order of the question. */
  async #readOpen(after: RowPlace | null): Promise<readonly PlacedRow[]> {
    const { fromMs, toMs, groups, order } = this.#query;
    const { definition, window } = this.#view;
    const found: PlacedRow[] = [];
    for (const { startMs, rows } of await readOpenWindows(this.#view, this.#ports, MAX_OPEN_WINDOWS)) {
      // Where windows have no end there is one, and it holds all time.
      if (window.hasEnd && (startMs < fromMs || startMs >= toMs)) continue;
      const placed = rows.map((row) => ({ row, values: groupValuesOf(definition, row.columns) }));
      append(
        found,
        placed
          .filter(({ values }) => isOfGroup(definition, groups, values))
          .map(({ row, values }) => ({ row, windowStartMs: startMs, group: groupText(values) })),
      );
    }
    const sign = order === 'latestFirst' ? -1 : 1;
    const compare = (a: RowPlace, b: RowPlace) =>
      sign * (a.windowStartMs - b.windowStartMs || compareText(a.group, b.group));
    return found.filter((row) => after === null || compare(row, after) > 0).sort(compare);
  }

  /** Without rows that are stored by now. A total is as of another time than the stored one, and both are shown. */
  #stillOpen(open: readonly PlacedRow[], stored: readonly PlacedRow[]): readonly PlacedRow[] {
    if (!this.#view.window.hasEnd) return open;
    const known = new Set(stored.map(identity));
    return open.filter((row) => !known.has(identity(row)));
  }
}

function identity({ windowStartMs, group }: RowPlace): string {
  return `${windowStartMs} ${group}`;
}

function placeOf({ windowStartMs, group }: RowPlace): RowPlace {
  return { windowStartMs, group };
}
