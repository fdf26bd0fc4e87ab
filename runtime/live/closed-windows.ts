import type { EmbeddedResultStore } from '../../adapters/embedded/result-store.ts';
import { rowsOf } from '../../engine/finalize/drafts.ts';
import { append } from '../../engine/lists/append.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { RowPage, RowPlace, StoredRow } from '../../engine/ports/result-store.ts';
import { formerSum } from '../../engine/query/window-summary.ts';
import type { WindowStatus } from '../live-status.ts';
import { windowStatus } from './window-status.ts';

const CLOSED_WINDOWS = 12;
const ROWS_AT_ONCE = 500;

type ClosedRows = Pick<EmbeddedResultStore, 'latestWindows' | 'windows'>;

/**
 * The latest closed windows of a view. Each is remembered as it was shown, and its rows are read again only once one of
 * them has changed: the page asks every second, and a window may have a hundred thousand rows.
 */
export class ClosedWindows {
  readonly #view: ViewPlan;
  readonly #results: ClosedRows;
  #shown: ReadonlyMap<number, { readonly changedAt: number; readonly status: WindowStatus | null }> = new Map();

  constructor(view: ViewPlan, results: ClosedRows) {
    this.#view = view;
    this.#results = results;
  }

  /** The latest first. */
  async read(): Promise<readonly WindowStatus[]> {
    const latest = this.#results.latestWindows(this.#view.key, CLOSED_WINDOWS);
    const known = this.#shown;
    const next = new Map<number, { readonly changedAt: number; readonly status: WindowStatus | null }>();
    for (const { startMs, changedAt } of latest) {
      const shown = known.get(startMs);
      if (shown?.changedAt === changedAt) next.set(startMs, shown);
      else next.set(startMs, { changedAt, status: await this.#readWindow(startMs, shown?.status ?? null) });
    }
    this.#shown = next;
    return [...next.values()].flatMap(({ status }) => (status === null ? [] : [status]));
  }

  /** Null where all of its rows have expired and none is purged yet. */
  async #readWindow(startMs: number, before: WindowStatus | null): Promise<WindowStatus | null> {
    const stored = await this.#rowsOf(startMs);
    const [first] = stored;
    if (first === undefined) return null;
    const rows = stored.flatMap((row) => rowsOf(row).map((columns) => ({ ...columns, revision: row.revision })));
    const now = windowStatus(this.#view, { startMs, endMs: first.windowEndMs }, rows);
    return { ...now, was: formerSum(before, now) };
  }
  /** Page by page: others have their turn in between. What changes meanwhile raises `changedAt`, and is read again. */
  async #rowsOf(startMs: number): Promise<readonly StoredRow[]> {
    const rows: StoredRow[] = [];
    const query = { view: this.#view.key, fromMs: startMs, toMs: startMs + 1, limit: ROWS_AT_ONCE };
    let cursor: RowPlace | null = null;
    do {
      const page: RowPage = await this.#results.windows({ ...query, cursor });
      append(rows, page.rows);
      cursor = page.cursor;
    } while (cursor !== null);
    return rows;
  }
}
