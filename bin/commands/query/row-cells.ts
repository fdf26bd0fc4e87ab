import type { JsonValue } from '../../../engine/ir/node.ts';
import type { RowColumns } from '../../../engine/plan/row.ts';
import { rowJson, type ShownRow } from '../../../engine/query/shown-row.ts';
import { groupValueText } from '../../../engine/text/group-value-text.ts';
import { formatCell, formatDay, formatWatermark, formatWindow } from '../../../runtime/terminal/format.ts';
import type { TableColumn, TableRow } from '../../../runtime/terminal/table.ts';
import type { TableShape } from './table-shape.ts';

/** Over what stands for a row's window, where that is no window. */
const FIRST_COLUMN: Readonly<Record<string, string>> = { as_of: 'as of', event_time: 'time' };

/** Texts of groups are not cut below this. */
const LEAST_TEXT = 14;

/** A row as JSON has it, whole or partial. */
export function rowObject(row: ShownRow): Record<string, unknown> {
  return { ...rowJson(row), partial: row.partial };
}

/** The columns of a table of rows: the window, groups, values (a session's first and last event are in CSV and JSON alone), and what there is to say of the row. */
export function tableColumns(shape: TableShape, rows: readonly ShownRow[]): readonly TableColumn[] {
  return [
    { name: FIRST_COLUMN[shape.time] ?? 'window', align: 'left' },
    ...groupColumns(shape),
    ...shape.values.map(
      (name): TableColumn => ({
        name,
        align: isText(rows, name) ? 'left' : 'right',
        ...(isText(rows, name) && { leastWidth: LEAST_TEXT }),
      }),
    ),
    { name: 'row', align: 'left' },
  ];
}

export function groupColumns({ groupBy }: TableShape): readonly TableColumn[] {
  return groupBy.map((name) => ({ name, align: 'left', leastWidth: LEAST_TEXT }));
}

export function tableRow(shape: TableShape, row: ShownRow, rows: readonly ShownRow[]): TableRow {
  const { columns } = row;
  return {
    cells: [
      windowText(columns),
      ...shape.groupBy.map((name) => groupValueText(columns[name])),
      ...shape.values.map((name) => formatCell(columns[name], isFractional(rows.map((each) => each.columns[name])))),
      statusText(row),
    ],
    style: row.isFinal || row.revision > 0 ? 'plain' : 'accent',
  };
}

function windowText({ window_start, window_end, as_of, event_time }: RowColumns): string {
  const instant = as_of ?? event_time;
  if (window_start === undefined && typeof instant === 'string') return formatWatermark(Date.parse(instant));
  const [startMs, endMs] = [Date.parse(String(window_start)), Date.parse(String(window_end))];
  return `${new Date(startMs).getUTCFullYear()} ${formatDay(startMs)} ${formatWindow(startMs, endMs)}`;
}

/** What there is to say of a row: nothing of one that is final, whole and was never changed. */
function statusText({ revision, lateEvents, partial, isFinal }: ShownRow): string {
  const parts = [
    !isFinal && revision === 0 && 'open',
    revision > 1 && `revision ${revision}`,
    lateEvents > 0 && `${lateEvents} late`,
    partial && 'partial',
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function isText(rows: readonly ShownRow[], name: string): boolean {
  return rows.some(({ columns }) => typeof columns[name] === 'string');
}

/** Whether one of a column's numbers has a fraction: then all show one. */
export function isFractional(values: readonly (JsonValue | undefined)[]): boolean {
  return values.some((value) => typeof value === 'number' && !Number.isInteger(value));
}
