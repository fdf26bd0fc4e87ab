import type { WindowRange } from '../../../engine/query/bounds.ts';
import type { RowsPage } from '../../../engine/query/rows.ts';
import type { ShownRow } from '../../../engine/query/shown-row.ts';
import { type Asked, printAnswer } from './format.ts';
import { rowObject, tableColumns, tableRow } from './row-cells.ts';

interface LatestQuery extends WindowRange {
  readonly last: number;
  readonly open: boolean | undefined;
  readonly cursor: string | null;
}

/** Prints the latest rows in the order of time. */
export async function printLatest(asked: Asked, query: LatestQuery): Promise<void> {
  const { shape, noRows } = asked.questions;
  const { rows: latest, cursor } = await readLatest(asked, query);
  const rows = [...latest].reverse();
  const notes = [
    ...(cursor === null ? [] : [`There may be earlier rows: add --cursor ${cursor}`]),
    ...(rows.length > 0 ? [] : [await noRows(query.open === true)]),
  ];
  printAnswer(asked, {
    names: shape.names,
    objects: rows.map(rowObject),
    columns: tableColumns(shape, rows),
    rows: rows.map((row) => tableRow(shape, row, rows)),
    notes,
  });
}

async function readLatest({ questions }: Asked, { last, ...query }: LatestQuery): Promise<RowsPage> {
  const rows: ShownRow[] = [];
  let { cursor } = query;
  do {
    const limit = Math.min(questions.maxRows, last - rows.length);
    const page = await questions.rows({ ...query, limit, cursor });
    for (const row of page.rows) rows.push(row);
    cursor = page.cursor;
  } while (cursor !== null && rows.length < last);
  return { rows, cursor };
}
