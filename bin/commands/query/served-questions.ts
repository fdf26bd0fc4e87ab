import type { Row } from '../../../api/schemas/common.ts';
import type { TopAnswer } from '../../../api/schemas/rows.ts';
import type { WindowRange } from '../../../engine/query/bounds.ts';
import { MAX_PAGE_ROWS } from '../../../engine/query/bounds.ts';
import type { ShownRow } from '../../../engine/query/shown-row.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { checkAskedGroup, refusalsAsUsage, type ViewServer } from '../../cli/server.ts';
import type { MostQuery, ViewQuestions } from './questions.ts';
import { noSuchRows } from './stored-questions.ts';
import { shapeOfDescription } from './table-shape.ts';

export type AskedGroup = Readonly<Record<string, string | null>>;

/** Answers of a server. */
export async function servedQuestions({ client, describe }: ViewServer, group: AskedGroup): Promise<ViewQuestions> {
  const description = await describe();
  checkAskedGroup(description, group);
  const view = client.view(description.name as never);
  const top = (query: MostQuery, sort: 'value' | 'change') => {
    const { by, limit: n } = query;
    return refusalsAsUsage(
      view.top({ ...rangeOf(query), by, n, sort, group } as never),
    ) as Promise<unknown> as Promise<TopAnswer>;
  };
  return {
    shape: shapeOfDescription(description),
    maxRows: MAX_PAGE_ROWS,
    async rows({ open, limit, cursor, ...range }) {
      const question = { ...rangeOf(range), order: 'latest', limit, group, ...(open !== undefined && { open }) };
      const page = await refusalsAsUsage(view.windows(question as never, cursor));
      return { rows: (page.rows as readonly Row[]).map(shownRow), cursor: page.cursor };
    },
    async top(query) {
      const answer = await top(query, 'value');
      const [first] = answer.groups;
      return {
        columns: first === undefined ? [] : Object.keys(first.columns),
        rows: answer.groups.map(({ columns, late_events: lateEvents = 0, partial = false }) => {
          return { columns, lateEvents, partial };
        }),
        windows: first === undefined ? null : { firstMs: answer.from, lastMs: answer.to },
        leftOut: answer.left_out,
        ...readOf(answer),
      };
    },
    async changes(query) {
      const answer = await top(query, 'change');
      const rows = answer.groups.map(({ group: ofRow, columns, before = null }) => {
        return { group: ofRow, value: columns[query.by] as number | null, before };
      });
      return { rows, ...readOf(answer) };
    },
    noRows: async (open) => noSuchRows(open),
  };
}

function readOf({ groups, others, rows_read: rowsRead, cut: isCut }: TopAnswer) {
  return { groups: groups.length + (others?.groups ?? 0), rowsRead, isCut };
}

/** A range as a server is asked for it: what has no end is left out. */
export function rangeOf({ fromMs, toMs }: WindowRange): { readonly from?: Date; readonly to?: Date } {
  return {
    ...(fromMs > START_OF_TIME_MS && { from: new Date(fromMs) }),
    ...(toMs < END_OF_TIME_MS && { to: new Date(toMs) }),
  };
}

/** A row as a store would give it. */
export function shownRow({ revision, late_events, is_final, partial, ...columns }: Row): ShownRow {
  return {
    columns: columns as ShownRow['columns'],
    revision,
    lateEvents: late_events,
    isFinal: is_final,
    partial: partial === true,
    // No table of the command says it.
    updatedAtMs: null,
  };
}
