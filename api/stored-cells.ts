import { latenessOf } from '../engine/ir/source-definition.ts';
import { greatest } from '../engine/lists/extremes.ts';
import type { ViewPlan } from '../engine/plan/plan.ts';
import { MAX_PAGE_ROWS } from '../engine/query/bounds.ts';
import { ALL_GROUPS } from '../engine/query/group-filter.ts';
import type { OpenWindow } from '../engine/query/open-windows.ts';
import type { QueryPorts } from '../engine/query/query-ports.ts';
import { type RowsPage, readRows } from '../engine/query/rows.ts';
import type { ShownRow } from '../engine/query/shown-row.ts';
import { formerSum, windowSum, worstVerdict } from '../engine/query/window-summary.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../engine/time/instant.ts';
import type { Cell } from './schemas/overview.ts';

/** Closed windows of a view that an overview shows. */
const CLOSED_WINDOWS = 12;
/** The first page is small, for most views have few groups. */
const PAGE_ROWS = [200, MAX_PAGE_ROWS] as const;
/** What was read is read again after so long at least, and at most: in between as long after as it had been settled. */
const AGAIN_MS = { least: 2000, most: 300_000 } as const;

type Cells = readonly (readonly [start: string, cell: Cell])[];

/** Of a view, as much of its latest rows as an overview shows. */
export interface ClosedCells {
  readonly cells: Cells;
  /** How many rows were read: the view has at least as many. */
  readonly rows: number;
  /** There are no others. */
  readonly isAll: boolean;
}

interface Shown extends ClosedCells {
  readonly version: number;
  /** When this version was first seen, and when its rows were read last. */
  readonly seenMs: number;
  readonly readMs: number;
}

/**
 * The latest closed windows of a view, made of its latest rows. They are read when the view's version says that rows were
 * written, and then a few times more, at growing distances: the index of all groups follows the table a moment later, and what
 * was read too soon would stay.
 */
export class ClosedCellsReader {
  readonly #view: ViewPlan;
  readonly #ports: QueryPorts;
  readonly #maxRows: number;
  #shown: Shown | null = null;

  /** @param maxRows that one reading takes, about. */
  constructor(view: ViewPlan, ports: QueryPorts, maxRows: number) {
    this.#view = view;
    this.#ports = ports;
    this.#maxRows = maxRows;
  }

  /** @param version of the view, read before. */
  async read(version: number, watermarkMs: number | null, nowMs: number): Promise<ClosedCells> {
    const before = this.#shown;
    const isSame = before?.version === version;
    if (before === null || !isSame || nowMs - before.readMs >= againAfterMs(before)) {
      const { cells, ...rest } = await readClosedCells(this.#view, this.#ports, this.#maxRows);
      const known = new Map(before?.cells);
      const withFormer = cells.map(([start, cell]): Cells[number] => {
        return [start, { ...cell, was: formerSum(known.get(start) ?? null, cell) }];
      });
      const seenMs = isSame ? before.seenMs : nowMs;
      this.#shown = { ...rest, cells: withFormer, version, seenMs, readMs: nowMs };
    }
    const { cells, ...rest } = this.#shown as Shown;
    const latenessMs = latenessOf(this.#view.definition);
    const stateOf = ({ end }: Cell) =>
      latenessMs > 0 && watermarkMs !== null && end + latenessMs > watermarkMs ? 'revisable' : 'final';
    return { ...rest, cells: cells.map(([start, cell]) => [start, { ...cell, state: stateOf(cell) }]) };
  }
}

function againAfterMs({ seenMs, readMs }: Shown): number {
  return Math.min(AGAIN_MS.most, Math.max(AGAIN_MS.least, readMs - seenMs));
}

/**
 * Reads rows, the latest first, until the windows are whole that are shown. Where there are more rows than are read, the
 * earliest window that was begun is left out; where there is no other, it stands without a sum.
 */
async function readClosedCells(view: ViewPlan, ports: QueryPorts, maxRows: number): Promise<ClosedCells> {
  const windows = new Map<number, ShownRow[]>();
  let [read, cursor]: [number, string | null] = [0, null];
  do {
    const limit: number = Math.min(PAGE_ROWS[read === 0 ? 0 : 1], maxRows - read);
    const page: RowsPage = await readRows(view, ports, {
      ...{ fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, groups: ALL_GROUPS, order: 'latestFirst', open: false },
      limit,
      cursor,
    });
    for (const row of page.rows) {
      const startMs = startOf(row);
      const ofWindow = windows.get(startMs);
      if (ofWindow === undefined) windows.set(startMs, [row]);
      else ofWindow.push(row);
    }
    read += page.rows.length;
    cursor = page.cursor;
  } while (cursor !== null && read < maxRows && windows.size <= CLOSED_WINDOWS);
  const [isCut, found] = [cursor !== null, [...windows]];
  const whole = isCut && found.length > 1 ? found.slice(0, -1) : found;
  const cells = whole.slice(0, CLOSED_WINDOWS).map(([startMs, rows]): Cells[number] => {
    const cell = cellOf(view, rows);
    const value = isCut && found.length === 1 ? null : cell.value;
    return [String(startMs), { ...cell, value, state: 'final' }];
  });
  return { cells, rows: read, isAll: !isCut };
}

/** Open windows, filling as long as no event is beyond their end. */
export function openCells(view: ViewPlan, windows: readonly OpenWindow[], latestEventMs: number | null): Cells {
  return windows.map(({ startMs, endMs, rows }) => {
    const state = latestEventMs !== null && endMs <= latestEventMs ? 'ended' : 'filling';
    return [String(startMs), { ...cellOf(view, rows), end: endMs, state }] as const;
  });
}

function cellOf(view: ViewPlan, rows: readonly ShownRow[]): Omit<Cell, 'state'> {
  const columns = rows.map((row) => row.columns);
  return {
    end: greatest(rows.map(endOf)),
    value: windowSum(view, columns),
    groups: rows.length,
    revision: greatest(rows.map(({ revision }) => revision)),
    was: null,
    worst: worstVerdict(view, columns),
  };
}

function startOf({ columns }: ShownRow): number {
  return parseInstant(String(columns.window_start ?? columns.as_of ?? columns.event_time));
}

function endOf({ columns }: ShownRow): number {
  return parseInstant(String(columns.window_end ?? columns.as_of ?? columns.event_time));
}
