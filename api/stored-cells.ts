import { latenessOf } from '../engine/ir/source-definition.ts';
import type { ViewPlan } from '../engine/plan/plan.ts';
import type { OpenWindow } from '../engine/query/open-windows.ts';
import type { QueryPorts } from '../engine/query/query-ports.ts';
import { readRows } from '../engine/query/rows.ts';
import type { ShownRow } from '../engine/query/shown-row.ts';
import { windowSum, worstVerdict } from '../engine/query/window-summary.ts';
import { END_OF_TIME_MS, parseInstant, START_OF_TIME_MS } from '../engine/time/instant.ts';
import type { Cell } from './schemas/overview.ts';

/** Stored rows of a view that an overview reads, the latest: of a view with many groups they are of few windows. */
const OVERVIEW_ROWS = 200;
/** Closed windows of a view that an overview shows. */
const CLOSED_WINDOWS = 12;

type Cells = readonly (readonly [start: string, cell: Cell])[];

/** Of a view, as much of its latest rows as an overview shows. */
export interface ClosedCells {
  readonly cells: Cells;
  /** How many rows were read: the view has at least as many. */
  readonly rows: number;
}

/**
 * The latest closed windows of a view, made of its latest rows. Of the earliest of them some rows may not have been read, so
 * it is left out; where there is no other, it stands without a sum.
 */
export async function readClosedCells(
  view: ViewPlan,
  ports: QueryPorts,
  watermarkMs: number | null,
): Promise<ClosedCells> {
  const { rows, cursor } = await readRows(view, ports, {
    fromMs: START_OF_TIME_MS,
    toMs: END_OF_TIME_MS,
    groups: new Map(),
    order: 'latestFirst',
    open: false,
    limit: OVERVIEW_ROWS,
    cursor: null,
  });
  const windows = [...Map.groupBy(rows, startOf)];
  const isCut = cursor !== null;
  const whole = isCut && windows.length > 1 ? windows.slice(0, -1) : windows;
  const latenessMs = latenessOf(view.definition);
  const cells = whole.slice(0, CLOSED_WINDOWS).map(([startMs, ofWindow]) => {
    const cell = cellOf(view, ofWindow);
    const mayChange = latenessMs > 0 && watermarkMs !== null && cell.end + latenessMs > watermarkMs;
    const value = isCut && windows.length === 1 ? null : cell.value;
    return [String(startMs), { ...cell, value, state: mayChange ? 'revisable' : 'final' }] as const;
  });
  return { cells, rows: rows.length };
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
    end: Math.max(...rows.map(endOf)),
    value: windowSum(view, columns),
    groups: rows.length,
    revision: Math.max(...rows.map(({ revision }) => revision)),
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
