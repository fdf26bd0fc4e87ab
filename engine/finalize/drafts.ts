import { Buffer } from 'node:buffer';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { type Group, groupText } from '../codec/group.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns, RowValues, RowWindow } from '../plan/row.ts';
import type { StoredRow } from '../ports/result-store.ts';
import type { RowDraft } from './write-rows.ts';

/** What a row's columns may take as JSON, in bytes of UTF-8: an item of the store, less its keys. */
export const MAX_COLUMNS_BYTES = 350_000;
/** Texts and lists longer than this as text give way, as null, where a row would not fit. */
const LONG_TEXT = 1024;
/** Stands where the group stands in the key of a row that holds a whole table. */
export const TABLE_GROUP = '*';

/** A row before it is text. */
export interface Row {
  readonly group: Pick<Group, 'values'>;
  readonly window: RowWindow;
  readonly values: RowValues;
}

/** Rows as they are stored: one for each group, or all of a window in one where the view emits whole tables. */
export function draftRows(view: ViewPlan, rows: readonly Row[], partial: (startMs: number) => boolean): RowDraft[] {
  if (view.definition.emit === 'complete') return draftTables(view, rows, partial);
  return rows.map(({ group, window, values }) => {
    const text = view.rows.text(values);
    const columns = fits(text) ? text : fittingColumns(view.rows.format(values));
    return draftOf(view, groupText(group.values), window, partial, columns);
  });
}

/** The rows that a stored one holds: itself, or those of its table. */
export function rowsOf(row: StoredRow): readonly RowColumns[] {
  const columns = JSON.parse(row.columns) as RowColumns | readonly RowColumns[];
  return Array.isArray(columns) ? columns : [columns as RowColumns];
}

/** What takes the place of a row whose window is no more. */
export function draftRetraction(view: ViewPlan, group: string, window: RowWindow): RowDraft {
  return { ...draftOf(view, group, window, () => false, '{}'), retracted: true };
}

function draftTables(view: ViewPlan, rows: readonly Row[], partial: (startMs: number) => boolean): RowDraft[] {
  const windows = new Map<number, Row[]>();
  for (const row of rows) {
    const { startMs } = row.window;
    const known = windows.get(startMs);
    if (known === undefined) windows.set(startMs, [row]);
    else known.push(row);
  }
  return [...windows.values()].map((ofWindow) => {
    const { window } = ofWindow[0] as Row;
    const columns = fittingTable(ofWindow.map(({ values }) => view.rows.format(values)));
    return draftOf(view, TABLE_GROUP, window, partial, columns);
  });
}

function draftOf(
  view: ViewPlan,
  group: string,
  { startMs, endMs }: RowWindow,
  partial: (startMs: number) => boolean,
  columns: string,
): RowDraft {
  return {
    view: view.key,
    group,
    windowStartMs: startMs,
    windowEndMs: endMs,
    partial: partial(startMs),
    retracted: false,
    lateEvents: 0,
    columns,
  };
}

/** A character of a text is at most three bytes. */
function fits(text: string): boolean {
  return text.length * 3 <= MAX_COLUMNS_BYTES || Buffer.byteLength(text) <= MAX_COLUMNS_BYTES;
}

/** Writes a row's columns anew where what was written from a place on would not fit. `columns` makes them as an object. */
export function cutToFit(out: ByteWriter, from: number, columns: () => RowColumns): void {
  if (out.length - from <= MAX_COLUMNS_BYTES) return;
  out.moveTo(from);
  out.utf8(fittingColumns(columns()));
}

/** A row that would not fit, without what is long in it. */
function fittingColumns(columns: RowColumns): string {
  const short = Object.entries(columns).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : JSON.stringify(value)).length > LONG_TEXT ? null : value,
  ]);
  return JSON.stringify(Object.fromEntries(short));
}

/** A table that is too large keeps its first rows, each of which then says that it is cut. */
function fittingTable(rows: readonly RowColumns[]): string {
  const whole = JSON.stringify(rows);
  if (Buffer.byteLength(whole) <= MAX_COLUMNS_BYTES) return whole;
  const kept: object[] = [];
  let bytes = 2;
  for (const row of rows) {
    const marked = { ...row, truncated: true };
    bytes += Buffer.byteLength(JSON.stringify(marked)) + 1;
    if (bytes > MAX_COLUMNS_BYTES) break;
    kept.push(marked);
  }
  return JSON.stringify(kept);
}
