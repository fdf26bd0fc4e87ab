import type { WindowRange } from '../../../engine/query/bounds.ts';
import { MAX_PAGE_ROWS } from '../../../engine/query/bounds.ts';
import type { GroupFilter } from '../../../engine/query/group-filter.ts';
import { isOfOtherDefinition } from '../../../engine/query/other-definition.ts';
import { type RowsPage, readRows } from '../../../engine/query/rows.ts';
import { type ShownRow, shownShape } from '../../../engine/query/shown-row.ts';
import { type Asked, printAnswer } from './format.ts';
import { rowObject, tableColumns, tableRow } from './row-cells.ts';

interface LatestQuery extends WindowRange {
  readonly groups: GroupFilter;
  readonly last: number;
  readonly open?: boolean;
  readonly cursor: string | null;
}

/** Prints the latest rows in the order of time. */
export async function printLatest(asked: Asked, query: LatestQuery): Promise<void> {
  const { view } = asked;
  const { rows: latest, cursor } = await readLatest(asked, query);
  const rows = [...latest].reverse();
  const notes = [
    ...(cursor === null ? [] : [`There may be earlier rows: add --cursor ${cursor}`]),
    ...(rows.length > 0 ? [] : [await noRows(asked, query)]),
  ];
  printAnswer(asked, {
    names: [...shownShape(view.definition).fields.keys()],
    objects: rows.map(rowObject),
    columns: tableColumns(view.definition, rows),
    rows: rows.map((row) => tableRow(view.definition, row, rows)),
    notes,
  });
}

async function readLatest({ view, ports }: Asked, { last, ...query }: LatestQuery): Promise<RowsPage> {
  const rows: ShownRow[] = [];
  let { cursor } = query;
  do {
    const limit = Math.min(MAX_PAGE_ROWS, last - rows.length);
    const page = await readRows(view, ports, { ...query, order: 'latestFirst', limit, cursor });
    for (const row of page.rows) rows.push(row);
    cursor = page.cursor;
  } while (cursor !== null && rows.length < last);
  return { rows, cursor };
}

/** Why there may be no rows. */
async function noRows({ view, ports }: Asked, { open }: LatestQuery): Promise<string> {
  if (await isOfOtherDefinition(view, ports.state)) {
    return `There are no rows of view '${view.name}' as the pipeline file defines it now: the store has those of another definition. Give the file that was run or deployed, or run this one.`;
  }
  return open
    ? 'There are no such rows.'
    : 'There are no such rows. Windows that are open have none yet: --open shows them.';
}
