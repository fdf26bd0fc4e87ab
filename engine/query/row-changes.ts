import { least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { loadProgress } from '../state/progress.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { MAX_PAGE_ROWS, MAX_ROWS_READ } from './bounds.ts';
import { BadQueryError } from './errors.ts';
import type { GroupFilter } from './group-filter.ts';
import type { QueryPorts } from './query-ports.ts';
import { readRows } from './rows.ts';
import type { ShownRow } from './shown-row.ts';

export interface ChangesQuery {
  readonly groups: GroupFilter;
  /** Also rows of open windows, each time that they have changed. */
  readonly open: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * Follows a view: each reading gives the rows that are new or revised since the one before, in the order of time. It looks back
 * from the windows that can still take events by an hour, or twice the window's length if that is more; where each group has
 * windows of its own, by a day. Counts of events that come later still are in the rows, and make no change here.
 *
 *     settled            can still be revised     open
 *   ──────────┼────────┼───────────────────────┼────────►  windows
 *             └ an hour └ the state cutoff at the reading before
 *
 * @example
 * const changes = new RowChanges(view, ports, { groups: ALL_GROUPS, open: false });
 * await changes.read(); // all that is in reach
 * await changes.read(); // what has changed since
 */
export class RowChanges {
  readonly #view: ViewPlan;
  readonly #ports: QueryPorts;
  readonly #query: ChangesQuery;
  readonly #difference: RowDifference;
  #fromMs: number | null = null;

  constructor(view: ViewPlan, ports: QueryPorts, query: ChangesQuery) {
    this.#view = view;
    this.#ports = ports;
    this.#query = query;
    const fields = view.definition.groupBy.map(({ name }) => name);
    this.#difference = new RowDifference(() => fields);
  }

  /** @throws BadQueryError where more rows are in reach than one question may read. */
  async read(): Promise<readonly ShownRow[]> {
    // Read before the rows: what is revised after it is in reach of the next reading.
    const reachMs = await this.#reach();
    const rows = await this.#rowsFrom(this.#fromMs ?? reachMs);
    this.#fromMs = reachMs;
    return this.#difference.since(rows);
  }

  async #reach(): Promise<number> {
    const { window, definition, key } = this.#view;
    if (!window.hasEnd) return START_OF_TIME_MS;
    const buckets = Array.from({ length: definition.buckets }, (_, bucket) => bucket);
    const progress = await Promise.all(buckets.map((bucket) => loadProgress(this.#ports.state, key, bucket)));
    const cutoffMs = least(progress.map(({ stateCutoffMs }) => stateCutoffMs));
    const backMs = window.grid === null ? 24 * HOUR_MS : Math.max(HOUR_MS, 2 * window.spanMs);
    return Math.max(START_OF_TIME_MS, cutoffMs - backMs);
  }

  async #rowsFrom(fromMs: number): Promise<readonly ShownRow[]> {
    const { groups, open } = this.#query;
    const query = { fromMs, toMs: END_OF_TIME_MS, groups, open, order: 'oldestFirst', limit: MAX_PAGE_ROWS } as const;
    const rows: ShownRow[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof readRows>> = await readRows(this.#view, this.#ports, { ...query, cursor });
      for (const row of page.rows) rows.push(row);
      cursor = page.cursor;
      if (rows.length > MAX_ROWS_READ) throw tooManyToFollow(this.#view.name);
    } while (cursor !== null);
    return rows;
  }
}

export function tooManyToFollow(view: string): BadQueryError {
  return new BadQueryError(
    `More than ${MAX_ROWS_READ} rows of view '${view}' can still change, which are too many to follow: follow some of its groups.`,
  );
}

/** What is new or revised in one reading of a view against the one before. */
export class RowDifference {
  readonly #fields: () => readonly string[];
  /** By place, what was there at the reading before. */
  #seen: ReadonlyMap<string, string> = new Map();

  /** @param fields those that the view groups by. */
  constructor(fields: () => readonly string[]) {
    this.#fields = fields;
  }

  since(rows: readonly ShownRow[]): readonly ShownRow[] {
    const seen = new Map<string, string>();
    const changed: ShownRow[] = [];
    for (const row of rows) {
      const [place, content] = [this.#placeOf(row), contentOf(row)];
      if (this.#seen.get(place) !== content) changed.push(row);
      seen.set(place, content);
    }
    this.#seen = seen;
    return changed;
  }

  /** An open row and the stored one of the same window are two. */
  #placeOf({ columns, revision }: ShownRow): string {
    const group = JSON.stringify(this.#fields().map((name) => columns[name] ?? null));
    return `${columns.window_start ?? columns.event_time ?? ''} ${revision === 0 ? 'open' : 'stored'} ${group}`;
  }
}

/** A revision rises with the whole table of a view that emits tables, so what the row itself holds counts. */
function contentOf({ columns, lateEvents, partial }: ShownRow): string {
  return JSON.stringify([columns, lateEvents, partial]);
}
