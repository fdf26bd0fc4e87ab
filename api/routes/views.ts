import { readGroups } from '../../engine/query/groups.ts';
import { readLatestRow } from '../../engine/query/latest-row.ts';
import { readRows } from '../../engine/query/rows.ts';
import { isSettledRange } from '../../engine/query/settled-range.ts';
import { rowJson } from '../../engine/query/shown-row.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { describeView } from '../describe.ts';
import { sendRows } from '../formats.ts';
import { CSV_TYPE, JSON_LINES_TYPE, JSON_TYPE } from '../media-types.ts';
import { parseRange } from '../parameters.ts';
import { type Route, route, viewRoute } from '../route.ts';
import type { Group, Row } from '../schemas/common.ts';
import { SqlQuery, SqlText, ViewDescription, ViewsAnswer } from '../schemas/pipeline.ts';
import {
  DEFAULT_LIMIT,
  GroupsPage,
  GroupsQuery,
  LatestAnswer,
  LatestQuery,
  SeriesAnswer,
  SeriesQuery,
  TopAnswer,
  TopQuery,
  WindowsPage,
  WindowsQuery,
} from '../schemas/rows.ts';
import { readSeries } from './series.ts';
import { readTop } from './top.ts';

const SERIES_POINTS = 1000;
const TOP_GROUPS = 10;

/** Questions about one view. */
export const VIEW_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/views',
    summary: 'All views: their windows, groups, columns and alerts.',
    answers: { [JSON_TYPE]: ViewsAnswer },
    problems: [400],
    answer: ({ c, source }) => c.json({ views: source.plan.views.map(({ definition }) => describeView(definition)) }),
  }),
  viewRoute({
    path: '/api/views/{view}',
    summary: 'What the definition says of one view.',
    answers: { [JSON_TYPE]: ViewDescription },
    answer: ({ c, view }) => c.json(describeView(view.definition)),
  }),
  viewRoute({
    path: '/api/views/{view}/windows',
    summary: 'Rows by window and group, page by page; as JSON, CSV or JSON Lines.',
    query: WindowsQuery,
    takesGroup: true,
    answers: { [JSON_TYPE]: WindowsPage, [CSV_TYPE]: null, [JSON_LINES_TYPE]: null },
    async answer({ c, source, view, query, group }) {
      const range = parseRange(query);
      const isSettled = await isSettledRange(view, source.ports.state, range);
      const { rows, cursor } = await readRows(view, source.ports, {
        ...range,
        groups: group,
        order: query.order === 'latest' ? 'latestFirst' : 'oldestFirst',
        open: query.open,
        limit: query.limit ?? DEFAULT_LIMIT,
        cursor: query.cursor ?? null,
      });
      const updatedAt = rows.map(({ updatedAtMs }) => updatedAtMs);
      const page = { rows: rows.map(rowJson) as Row[], updated_at: updatedAt, cursor };
      return sendRows(c, view, page, { format: query.format, isSettled });
    },
  }),
  viewRoute({
    path: '/api/views/{view}/latest',
    summary: 'The last row of one group: its features of now.',
    query: LatestQuery,
    takesGroup: true,
    answers: { [JSON_TYPE]: LatestAnswer },
    async answer({ c, source, view, group }) {
      const row = await readLatestRow(view, source.ports, group);
      return c.json({
        view: view.name,
        row: row === null ? null : rowJson(row),
        updated_at: row?.updatedAtMs ?? null,
      });
    },
  }),
  viewRoute({
    path: '/api/views/{view}/top',
    summary: 'The first groups by a column over a range: sums are summed, ratios computed again.',
    query: TopQuery,
    takesGroup: true,
    answers: { [JSON_TYPE]: TopAnswer },
    answer: async ({ c, source, view, query, group }) =>
      c.json(
        await readTop(view, source.ports, {
          ...parseRange(query),
          by: query.by,
          n: query.n ?? TOP_GROUPS,
          comparesBefore: query.compare === 'previous',
          sortsByChange: query.sort === 'change',
          sparkPoints: query.spark ?? null,
          groups: group,
          nowMs: source.nowMs(),
        }),
      ),
  }),
  viewRoute({
    path: '/api/views/{view}/groups',
    summary: 'Groups that had rows in a range, by how they begin.',
    query: GroupsQuery,
    answers: { [JSON_TYPE]: GroupsPage },
    async answer({ c, source, view, query }) {
      const found = await readGroups(view, source.ports, {
        ...parseRange(query),
        prefix: query.search ?? '',
        limit: query.limit ?? DEFAULT_LIMIT,
      });
      const names = view.definition.groupBy.map(({ name }) => name);
      const groups = found.groups.map(
        (values): Group => Object.fromEntries(names.map((name, index) => [name, jsonScalar(values[index] ?? null)])),
      );
      return c.json({ view: view.name, groups, cut: found.isCut });
    },
  }),
  viewRoute({
    path: '/api/views/{view}/series',
    summary: 'Columns over time, of one group or summed over all.',
    query: SeriesQuery,
    takesGroup: true,
    answers: { [JSON_TYPE]: SeriesAnswer },
    answer: async ({ c, source, view, query, group }) =>
      c.json(
        await readSeries(view, source.ports, {
          ...parseRange(query),
          group,
          columns: query.columns.split(','),
          points: query.points ?? SERIES_POINTS,
          open: query.open ?? true,
          comparesBefore: query.compare === 'previous',
          nowMs: source.nowMs(),
        }),
      ),
  }),
  viewRoute({
    path: '/api/views/{view}/sql',
    summary: 'The same rows in batch, as SQL.',
    query: SqlQuery,
    answers: { [JSON_TYPE]: SqlText },
    answer({ c, view, query }) {
      const dialect = query.dialect ?? 'duckdb';
      const sql =
        dialect === 'athena'
          ? athenaStatement(view.definition)
          : viewStatement(view.definition, {
              dialect: duckdb,
              source: (stream) => eventSource(stream, [`${stream.name}.jsonl`]),
            });
      return c.json({ view: view.name, dialect, sql });
    },
  }),
];

function jsonScalar(value: string | number | bigint | boolean | null): string | number | boolean | null {
  return typeof value === 'bigint' ? String(value) : value;
}
