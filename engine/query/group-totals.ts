import { compileColumn } from '../expression/compile-js.ts';
import { div } from '../expression/semantics.ts';
import { GLOBAL_START_MS } from '../finalize/kinds/global.ts';
import { BugError } from '../ir/bug-error.ts';
import type { ColumnValue, Value } from '../ir/node.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns, RowValues } from '../plan/row.ts';
import type { RowPlace } from '../ports/result-store.ts';
import { CHUNK_ROWS, checkLimit, checkRange, DEFAULT_ROWS_READ, MAX_ROWS_READ, type WindowRange } from './bounds.ts';
import { type ColumnOverWindows, columnsOverWindows } from './columns-over-windows.ts';
import { type CombinedColumn, combinedColumn } from './combined-column.ts';
import { endToEndWindows, isOfOneWindow } from './end-to-end-windows.ts';
import { BadQueryError } from './errors.ts';
import { checkGroupFilter, type GroupFilter } from './group-filter.ts';
import type { QueryPorts } from './query-ports.ts';
import { groupValuesOf, rowValues } from './row-values.ts';
import type { ShownRow } from './shown-row.ts';
import { type PlacedRow, readStoredRows, type StoredPage } from './stored-rows.ts';

export interface TotalsQuery extends WindowRange {
  readonly groups: GroupFilter;
  /** Stored rows that are read at most (not given: `DEFAULT_ROWS_READ`; at most `MAX_ROWS_READ`). */
  readonly maxRows?: number | undefined;
}

/** One group over all windows of a range. */
export interface GroupTotal {
  readonly group: readonly Value[];
  /** As expressions read them. */
  readonly values: RowValues;
  /** As JSON has them. */
  readonly columns: RowColumns;
  readonly lateEvents: number;
  /** One of its rows is. */
  readonly partial: boolean;
}

export interface GroupTotals {
  readonly totals: readonly GroupTotal[];
  /** The columns of each, in the order of a row. */
  readonly columns: readonly string[];
  /** Columns that rows of several windows do not give. `because` ends a sentence that begins with the column. */
  readonly refused: ReadonlyMap<string, string>;
  readonly rowsRead: number;
  /** There are more rows in the range than were read: these are the latest, and totals are of them alone. */
  readonly isCut: boolean;
  /** Where the earliest window that was read begins; null where there is none. */
  readonly firstWindowMs: number | null;
  /** Where the latest of them begins. */
  readonly lastWindowMs: number | null;
}

/**
 * Adds up the stored rows of a range, group by group: sums what can be summed, takes the greatest of what is a maximum, and
 * computes derived columns again. Reads the latest rows first, so where it may not read all, the totals are of the latest.
 *
 * @throws BadQueryError
 */
export async function readGroupTotals(view: ViewPlan, ports: QueryPorts, query: TotalsQuery): Promise<GroupTotals> {
  const { definition } = view;
  const { groups, maxRows = DEFAULT_ROWS_READ } = query;
  checkTotalsRange(view, query);
  checkGroupFilter(definition, groups);
  checkLimit('number of rows to read', maxRows, MAX_ROWS_READ);
  const isOne = isOfOneWindow(view, query);
  const columns = isOne ? null : columnsOverWindows(definition);
  const sums = new Map<string, Combination>();
  const reading = new LatestRows(view, ports, query, maxRows);
  for await (const { row, group, windowStartMs } of reading.rows()) {
    const values = rowValues(definition, row.columns);
    const sum = sums.get(group) ?? new Combination(columns, groupValuesOf(definition, row.columns));
    sum.add(values, row, windowStartMs);
    sums.set(group, sum);
  }
  const refused = refusedColumns(view, query);
  const names = [...columnsOverWindows(definition).keys()].filter((name) => !refused.has(name));
  return {
    totals: [...sums.values()].map((sum) => sum.total(view, names)),
    columns: names,
    refused,
    ...reading.extent,
  };
}

/** Columns that rows of a range do not give, each with why. */
export function refusedColumns(view: ViewPlan, range: WindowRange): GroupTotals['refused'] {
  if (isOfOneWindow(view, range)) return new Map();
  return new Map(
    [...columnsOverWindows(view.definition)].flatMap(([name, column]) =>
      column.how === 'refuse' ? [[name, column.because] as const] : [],
    ),
  );
}

function checkTotalsRange(view: ViewPlan, range: WindowRange): void {
  checkRange(range);
  const { fromMs, toMs } = range;
  if (view.window.hasEnd || (fromMs <= GLOBAL_START_MS && toMs > GLOBAL_START_MS)) return;
  throw new BadQueryError(`View '${view.name}' has totals since its beginning, and not by time: leave the range out.`);
}

type Extent = Pick<GroupTotals, 'rowsRead' | 'isCut' | 'firstWindowMs' | 'lastWindowMs'>;

/** Rows of windows that do not overlap, the latest first, until so many were read. */
class LatestRows {
  readonly #view: ViewPlan;
  readonly #ports: Pick<QueryPorts, 'results'>;
  readonly #query: TotalsQuery;
  #left: number;
  #extent: Extent = { rowsRead: 0, isCut: false, firstWindowMs: null, lastWindowMs: null };

  constructor(view: ViewPlan, ports: Pick<QueryPorts, 'results'>, query: TotalsQuery, maxRows: number) {
    this.#view = view;
    this.#ports = ports;
    this.#query = query;
    this.#left = maxRows;
  }

  /** What was read, once that has ended. */
  get extent(): Extent {
    return this.#extent;
  }

  async *rows(): AsyncGenerator<PlacedRow> {
    for (const part of await endToEndWindows(this.#view, this.#ports, this.#query)) {
      let after: RowPlace | null = null;
      do {
        if (this.#left <= 0) {
          this.#extent = { ...this.#extent, isCut: true };
          return;
        }
        const page: StoredPage = await this.#read(part, after);
        yield* page.rows;
        after = page.next;
      } while (after !== null);
    }
  }

  async #read({ fromMs, toMs }: WindowRange, after: RowPlace | null): Promise<StoredPage> {
    const { groups } = this.#query;
    const limit = Math.min(CHUNK_ROWS, this.#left);
    const query = { fromMs, toMs, groups, order: 'latestFirst', limit, after, maxRead: this.#left } as const;
    const page = await readStoredRows(this.#view, this.#ports.results, query);
    // A read that finds nothing is work as well.
    this.#left -= Math.max(1, page.read);
    this.#extent = {
      isCut: false,
      rowsRead: this.#extent.rowsRead + page.read,
      firstWindowMs: page.rows.at(-1)?.windowStartMs ?? this.#extent.firstWindowMs,
      lastWindowMs: this.#extent.lastWindowMs ?? page.rows[0]?.windowStartMs ?? null,
    };
    return page;
  }
}

/** The rows of one group. `columns` is null where there is only one, which then is the total. */
class Combination {
  readonly #columns: ReadonlyMap<string, ColumnOverWindows> | null;
  readonly #group: readonly Value[];
  readonly #combined = new Map<string, CombinedColumn>();
  #only: RowValues = {};
  #lateEvents = 0;
  #partial = false;

  constructor(columns: ReadonlyMap<string, ColumnOverWindows> | null, group: readonly Value[]) {
    this.#columns = columns;
    this.#group = group;
    for (const [name, column] of columns ?? []) {
      if (column.how === 'aggregate') this.#combined.set(name, combinedColumn(column.over));
    }
  }

  add(values: RowValues, { lateEvents, partial }: ShownRow, windowStartMs: number): void {
    this.#only = values;
    for (const [name, column] of this.#combined) column.add(values[name] ?? null, windowStartMs);
    this.#lateEvents += lateEvents;
    this.#partial ||= partial;
  }

  total(view: ViewPlan, names: readonly string[]): GroupTotal {
    const values = this.#columns === null ? this.#only : this.#values(view, this.#columns);
    const formatted = view.rows.format(values);
    return {
      group: this.#group,
      values,
      columns: Object.fromEntries(names.map((name) => [name, formatted[name] ?? null])),
      lateEvents: this.#lateEvents,
      partial: this.#partial,
    };
  }

  #values({ definition }: ViewPlan, columns: ReadonlyMap<string, ColumnOverWindows>): RowValues {
    const values: RowValues = {};
    definition.groupBy.forEach(({ name }, index) => {
      values[name] = this.#group[index] ?? null;
    });
    for (const [name, column] of this.#combined) values[name] = column.result();
    for (const [name, column] of columns) {
      if (column.how === 'ratio') values[name] = div(numberOf(values[column.of]), numberOf(values[column.to]));
      if (column.how === 'derive') values[name] = compiled(column)(values, noOperators);
    }
    return values;
  }
}

/** A sum that is beyond the range of doubles is null. */
function numberOf(value: ColumnValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

const COMPILED = new WeakMap<object, ReturnType<typeof compileColumn>>();

/** One function for all groups. */
function compiled({ node }: Extract<ColumnOverWindows, { how: 'derive' }>): ReturnType<typeof compileColumn> {
  const known = COMPILED.get(node) ?? compileColumn(node);
  COMPILED.set(node, known);
  return known;
}

function noOperators(): never {
  throw new BugError('A column with a row operator is refused before it is computed over several windows.');
}
