import { append } from '../../engine/lists/append.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { MAX_PAGE_ROWS } from '../../engine/query/bounds.ts';
import { columnsOverWindows } from '../../engine/query/columns-over-windows.ts';
import type { GroupFilter } from '../../engine/query/group-filter.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { type RowsPage, readRows } from '../../engine/query/rows.ts';
import type { ShownRow } from '../../engine/query/shown-row.ts';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { parseInstant, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { decimate } from '../decimate.ts';
import { badParameter } from '../problems.ts';
import type { Scalar } from '../schemas/common.ts';
import type { SeriesAnswer } from '../schemas/rows.ts';

export interface SeriesQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly group: GroupFilter;
  readonly columns: readonly string[];
  readonly points: number;
  readonly open: boolean;
  /** With the period of the same length before. */
  readonly comparesBefore: boolean;
  /** Where a range without an end ends. */
  readonly nowMs: number;
}

/** Pages that one series is made of at most. Of a part of a group's fields, each is looked for among many rows. */
const MAX_PAGES = 10;

/** Columns over time: of one group, or the sum over all groups that are asked for. */
export async function readSeries(view: ViewPlan, ports: QueryPorts, question: SeriesQuestion): Promise<SeriesAnswer> {
  const { group, columns } = question;
  const paths = columns.map((name) => pathOf(view, name));
  const isOne = view.definition.groupBy.every(({ name }) => group.has(name));
  if (!isOne) checkSums(view, columns);
  const before = question.comparesBefore ? periodBefore(question) : null;
  const past = before && (await readArrays(view, ports, { ...question, ...before, open: false }, paths, isOne));
  return {
    view: view.name,
    group: isOne && group.size > 0 ? (Object.fromEntries(group) as Record<string, Scalar>) : null,
    ...(await readArrays(view, ports, question, paths, isOne)),
    ...(before !== null && past !== null && { before: { from: before.fromMs, to: before.toMs, ...past } }),
  };
}

/** @throws ProblemError of all time, before which there is nothing. */
function periodBefore({ fromMs, toMs, nowMs }: SeriesQuestion): { readonly fromMs: number; readonly toMs: number } {
  const lengthMs = Math.min(toMs, nowMs) - fromMs;
  if (fromMs > START_OF_TIME_MS && lengthMs > 0) return { fromMs: fromMs - lengthMs, toMs: fromMs };
  throw badParameter('compare', 'The period before needs `from`, which must be before `to` and before now.');
}

async function readArrays(
  view: ViewPlan,
  ports: QueryPorts,
  question: SeriesQuestion,
  paths: readonly Path[],
  isOne: boolean,
): Promise<Omit<SeriesAnswer, 'view' | 'group' | 'before'>> {
  const { columns, points } = question;
  const { rows, isCut } = await latestRows(view, ports, question);
  const windows = isOne ? rows.map(oneRow(paths)) : sumByWindow(rows, paths);
  // An open window has hardly begun to fill: it stays as what it is, and is no window's least.
  const first = windows.map(({ values, isFinal }) => (isFinal && typeof values[0] === 'number' ? values[0] : null));
  const anomaly = columns.findIndex((name) => name.endsWith('.is_anomaly'));
  const mustStay = (i: number) =>
    windows[i]?.isFinal === false || (anomaly !== -1 && windows[i]?.values[anomaly] === true);
  const { kept: places, stepsFrom } = decimate(first, points, mustStay);
  const kept = places.map((i) => windows[i] as Window);
  return {
    starts: kept.map(({ start }) => start),
    ends: kept.map(({ end }) => end),
    revisions: kept.map(({ revision }) => revision),
    revised_at: Object.fromEntries(
      kept.flatMap(({ start, revisedAtMs }) => (revisedAtMs === null ? [] : [[start, revisedAtMs]])),
    ),
    is_final: kept.map(({ isFinal }) => isFinal),
    columns: Object.fromEntries(columns.map((name, index) => [name, kept.map(({ values }) => values[index] ?? null)])),
    ...(stepsFrom !== null && { steps: stepsFrom.map((i) => (windows[i] as Window).start) }),
    points_in_all: windows.length,
    cut: isCut,
  };
}

interface Window {
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  /** Of those of its rows that were revised, when the last one was. */
  readonly revisedAtMs: number | null;
  readonly isFinal: boolean;
  readonly values: readonly unknown[];
}

async function latestRows(view: ViewPlan, ports: QueryPorts, { fromMs, toMs, group, open }: SeriesQuestion) {
  const rows: ShownRow[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: RowsPage = await readRows(view, ports, {
      fromMs,
      toMs,
      groups: group,
      order: 'latestFirst',
      open,
      limit: MAX_PAGE_ROWS,
      cursor,
    });
    append(rows, page.rows);
    cursor = page.cursor;
    if (cursor === null) break;
  }
  return { rows: rows.reverse(), isCut: cursor !== null };
}

type Path = readonly [column: string, member: string | null];

/** @throws ProblemError where the view has no such column. */
function pathOf(view: ViewPlan, name: string): Path {
  const dot = name.indexOf('.');
  const [column, member] = dot === -1 ? [name, null] : [name.slice(0, dot), name.slice(dot + 1)];
  const known = [...columnsOverWindows(view.definition).keys()];
  if (known.includes(column)) return [column, member];
  throw badParameter(
    'columns',
    `View '${view.name}' has no column '${column}'.${didYouMean(column, known)} It has ${known.join(', ')}.`,
  );
}

function checkSums(view: ViewPlan, columns: readonly string[]): void {
  const over = columnsOverWindows(view.definition);
  for (const name of columns) {
    const column = over.get(name);
    if (column?.how === 'aggregate' && column.over.how === 'sum') continue;
    const fields = view.definition.groupBy.map((field) => field.name).join(', ');
    throw badParameter(
      'columns',
      `'${name}' of view '${view.name}' cannot be summed over groups: name one group by ${fields}.`,
    );
  }
}

const oneRow =
  (paths: readonly Path[]) =>
  (row: ShownRow): Window => ({
    start: timeOf(row, ['window_start', 'as_of', 'event_time']),
    end: timeOf(row, ['window_end', 'as_of', 'event_time']),
    revision: row.revision,
    revisedAtMs: row.revision > 1 ? row.updatedAtMs : null,
    isFinal: row.isFinal,
    values: paths.map((path) => valueAt(row, path)),
  });

function timeOf({ columns }: ShownRow, names: readonly string[]): number {
  const found = names.map((name) => columns[name]).find((value) => typeof value === 'string');
  return parseInstant(String(found));
}

function valueAt({ columns }: ShownRow, [column, member]: Path): unknown {
  const value = columns[column] ?? null;
  if (member === null) return value;
  return (value as Record<string, unknown> | null)?.[member] ?? null;
}

function sumByWindow(rows: readonly ShownRow[], paths: readonly Path[]): Window[] {
  const sums = new Map<number, Window>();
  for (const row of rows) {
    const next = oneRow(paths)(row);
    const sum = sums.get(next.start);
    sums.set(
      next.start,
      sum === undefined
        ? next
        : {
            ...next,
            revision: Math.max(sum.revision, next.revision),
            revisedAtMs: latestOf(sum.revisedAtMs, next.revisedAtMs),
            isFinal: sum.isFinal && next.isFinal,
            values: next.values.map((value, index) => Number(sum.values[index] ?? 0) + Number(value ?? 0)),
          },
    );
  }
  return [...sums.values()];
}

function latestOf(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
