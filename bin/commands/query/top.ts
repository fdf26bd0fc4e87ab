import type { JsonValue } from '../../../engine/ir/node.ts';
import { toJson } from '../../../engine/ir/node.ts';
import { type CompareQuery, comparePeriods, type GroupChange } from '../../../engine/query/compare-periods.ts';
import { readTopGroups, type TopGroups, type TopQuery } from '../../../engine/query/top-groups.ts';
import { groupValueText } from '../../../engine/text/group-value-text.ts';
import { formatInstant } from '../../../engine/time/instant.ts';
import { formatCell, formatCount } from '../../../runtime/terminal/format.ts';
import type { TableColumn } from '../../../runtime/terminal/table.ts';
import { type Asked, printAnswer } from './format.ts';
import { groupColumns, isFractional } from './row-cells.ts';

/** Prints the groups with the most of a column over a range. */
export async function printTop(asked: Asked, query: TopQuery): Promise<void> {
  const { definition } = asked.view;
  const top = await readTopGroups(asked.view, asked.ports, query);
  const fields = definition.groupBy.map(({ name }) => name);
  // The column that it goes by comes first.
  const values = [query.by, ...top.columns.filter((name) => name !== query.by && !fields.includes(name))];
  const fractional = new Map(values.map((name) => [name, isFractional(top.rows.map(({ columns }) => columns[name]))]));
  printAnswer(asked, {
    names: [...top.columns, 'late_events', 'partial'],
    objects: top.rows.map(({ columns, lateEvents, partial }) => ({ ...columns, late_events: lateEvents, partial })),
    columns: [...groupColumns(definition), ...values.map((name): TableColumn => ({ name, align: 'right' }))],
    rows: top.rows.map(({ columns }) => ({
      cells: [
        ...fields.map((name) => groupValueText(columns[name])),
        ...values.map((name) => formatCell(columns[name], fractional.get(name) === true)),
      ],
      style: 'plain',
    })),
    notes: topNotes(top, query),
  });
}

function topNotes(top: TopGroups, { by }: TopQuery): readonly string[] {
  const { rows, groups, rowsRead, isCut, firstWindowMs, lastWindowMs, refused } = top;
  if (firstWindowMs === null || lastWindowMs === null) return ['There are no stored rows in this range.'];
  const from = `in windows that start from ${formatInstant(firstWindowMs)} to ${formatInstant(lastWindowMs)}`;
  const read = `${isCut ? 'at least ' : ''}${formatCount(rowsRead)} row${rowsRead === 1 ? '' : 's'}`;
  return [
    `Top ${formatCount(rows.length)} of ${formatCount(groups)} group${groups === 1 ? '' : 's'} by ${by}, of ${read} ${from}.`,
    ...(isCut ? ['Earlier rows of the range were not read: ask for a shorter range, or for fewer groups.'] : []),
    ...(refused.size > 0
      ? [`Left out, because several windows do not give them: ${[...refused.keys()].join(', ')}.`]
      : []),
  ];
}

const CHANGE_COLUMNS = ['value', 'before', 'change', 'change_percent'] as const;

/** Prints what changed most against the period before. */
export async function printChanges(asked: Asked, query: CompareQuery): Promise<void> {
  const { definition } = asked.view;
  const { rows, groups, isCut, rowsRead } = await comparePeriods(asked.view, asked.ports, query);
  const fields = definition.groupBy.map(({ name }) => name);
  const objects = rows.map((row) => changeObject(row, fields));
  printAnswer(asked, {
    names: [...fields, ...CHANGE_COLUMNS],
    objects,
    columns: [...groupColumns(definition), ...CHANGE_COLUMNS.map((name): TableColumn => ({ name, align: 'right' }))],
    rows: objects.map((object) => ({
      cells: [
        ...fields.map((name) => groupValueText(object[name])),
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

function changeObject(
  { group, value, before, change, changePercent }: GroupChange,
  fields: readonly string[],
): Record<string, JsonValue> {
  const ofGroup = Object.fromEntries(fields.map((name, index) => [name, toJson(group[index] ?? null)]));
  return { ...ofGroup, value, before, change, change_percent: changePercent };
}
