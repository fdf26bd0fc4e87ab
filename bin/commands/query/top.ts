import type { JsonValue } from '../../../engine/ir/node.ts';
import { groupValueText } from '../../../engine/text/group-value-text.ts';
import { formatInstant } from '../../../engine/time/instant.ts';
import { formatCell, formatCount } from '../../../runtime/terminal/format.ts';
import type { TableColumn } from '../../../runtime/terminal/table.ts';
import { type Asked, printAnswer } from './format.ts';
import type { ChangedGroups, MostGroups, MostQuery } from './questions.ts';
import { groupColumns, isFractional } from './row-cells.ts';

type Values = Readonly<Record<string, JsonValue>>;

/** Prints the groups with the most of a column over a range. */
export async function printTop(asked: Asked, query: MostQuery): Promise<void> {
  const { shape } = asked.questions;
  const top = await asked.questions.top(query);
  const rows = top.rows.map(({ columns, ...rest }) => ({ ...rest, columns: columns as Values }));
  // The column that it goes by comes first.
  const values = [query.by, ...top.columns.filter((name) => name !== query.by && !shape.groupBy.includes(name))];
  const fractional = new Map(values.map((name) => [name, isFractional(rows.map(({ columns }) => columns[name]))]));
  printAnswer(asked, {
    names: [...top.columns, 'late_events', 'partial'],
    objects: rows.map(({ columns, lateEvents, partial }) => ({ ...columns, late_events: lateEvents, partial })),
    columns: [...groupColumns(shape), ...values.map((name): TableColumn => ({ name, align: 'right' }))],
    rows: rows.map(({ columns }) => ({
      cells: [
        ...shape.groupBy.map((name) => groupValueText(columns[name])),
        ...values.map((name) => formatCell(columns[name], fractional.get(name) === true)),
      ],
      style: 'plain',
    })),
    notes: topNotes(top, query),
  });
}

function topNotes(top: MostGroups, { by }: MostQuery): readonly string[] {
  const { rows, groups, rowsRead, isCut, windows, leftOut } = top;
  if (windows === null) return ['There are no stored rows in this range.'];
  const from = `in windows that start from ${formatInstant(windows.firstMs)} to ${formatInstant(windows.lastMs)}`;
  const read = `${isCut ? 'at least ' : ''}${formatCount(rowsRead)} row${rowsRead === 1 ? '' : 's'}`;
  return [
    `Top ${formatCount(rows.length)} of ${formatCount(groups)} group${groups === 1 ? '' : 's'} by ${by}, of ${read} ${from}.`,
    ...(isCut ? ['Earlier rows of the range were not read: ask for a shorter range, or for fewer groups.'] : []),
    ...(leftOut.length > 0 ? [`Left out, because several windows do not give them: ${leftOut.join(', ')}.`] : []),
  ];
}

const CHANGE_COLUMNS = ['value', 'before', 'change', 'change_percent'] as const;

/** Prints what changed most against the period before. */
export async function printChanges(asked: Asked, query: MostQuery): Promise<void> {
  const { shape } = asked.questions;
  const { rows, groups, isCut, rowsRead } = await asked.questions.changes(query);
  const objects = rows.map(changeObject);
  printAnswer(asked, {
    names: [...shape.groupBy, ...CHANGE_COLUMNS],
    objects,
    columns: [...groupColumns(shape), ...CHANGE_COLUMNS.map((name): TableColumn => ({ name, align: 'right' }))],
    rows: objects.map((object) => ({
      cells: [
        ...shape.groupBy.map((name) => groupValueText(object[name])),
        ...CHANGE_COLUMNS.map((name) => formatCell(object[name], isFractional(objects.map((each) => each[name])))),
      ],
      style: 'plain',
    })),
    notes: [
      `${formatCount(rows.length)} of ${formatCount(groups)} groups, by how much ${query.by} has changed against the period before.`,
      ...(isCut
        ? [`At least ${formatCount(rowsRead)} rows: earlier ones were not read. Ask for a shorter range.`]
        : []),
    ],
  });
}

function changeObject({ group, value, before }: ChangedGroups['rows'][number]): Values {
  const change = value === null || before === null ? null : value - before;
  const percent = change === null || before === null || before === 0 ? null : (100 * change) / Math.abs(before);
  return { ...(group as Values), value, before, change, change_percent: percent };
}
