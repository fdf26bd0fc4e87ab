import type { Hono } from 'hono';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { readGroups } from '../../engine/query/groups.ts';
import { readLatestRow } from '../../engine/query/latest-row.ts';
import { readRows } from '../../engine/query/rows.ts';
import { rowJson } from '../../engine/query/shown-row.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { describeView } from '../describe.ts';
import { sendRows } from '../formats.ts';
import { groupParameters, parseGroup, parseParameters, parseRange } from '../parameters.ts';
import { notFound } from '../problems.ts';
import type { Group, Row } from '../schemas/common.ts';
import { SqlQuery } from '../schemas/pipeline.ts';
import { DEFAULT_LIMIT, GroupsQuery, LatestQuery, SeriesQuery, TopQuery, WindowsQuery } from '../schemas/rows.ts';
import type { ApiSource } from '../source.ts';
import { readSeries } from './series.ts';
import { readTop } from './top.ts';

const SERIES_POINTS = 1000;
const TOP_GROUPS = 10;

/** Questions about one view. */
export function viewRoutes(app: Hono, source: () => ApiSource): void {
  app.get('/views', (c) => c.json({ views: source().plan.views.map(({ definition }) => describeView(definition)) }));
  app.get('/views/:view', (c) => c.json(describeView(viewOf(source(), c.req.param('view')).definition)));

  app.get('/views/:view/windows', async (c) => {
    const { view, query, group, ports } = ask(source(), c.req.param('view'), c.req.url, WindowsQuery);
    const { rows, cursor } = await readRows(view, ports, {
      ...parseRange(query),
      groups: group,
      order: query.order === 'latest' ? 'latestFirst' : 'oldestFirst',
      open: query.open,
      limit: query.limit ?? DEFAULT_LIMIT,
      cursor: query.cursor ?? null,
    });
    return sendRows(c, view, rows.map(rowJson) as Row[], cursor, query.format);
  });

  app.get('/views/:view/latest', async (c) => {
    const { view, group, ports } = ask(source(), c.req.param('view'), c.req.url, LatestQuery);
    const row = await readLatestRow(view, ports, group);
    return c.json({ view: view.name, row: row === null ? null : rowJson(row) });
  });

  app.get('/views/:view/top', async (c) => {
    const { view, query, ports } = ask(source(), c.req.param('view'), c.req.url, TopQuery);
    return c.json(
      await readTop(view, ports, {
        ...parseRange(query),
        by: query.by,
        n: query.n ?? TOP_GROUPS,
        comparesBefore: query.compare === 'previous',
        sparkPoints: query.spark ?? null,
      }),
    );
  });

  app.get('/views/:view/groups', async (c) => {
    const { view, query, ports } = ask(source(), c.req.param('view'), c.req.url, GroupsQuery);
    const found = await readGroups(view, ports, {
      ...parseRange(query),
      prefix: query.search ?? '',
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    const names = view.definition.groupBy.map(({ name }) => name);
    const groups = found.groups.map(
      (values): Group => Object.fromEntries(names.map((name, index) => [name, jsonScalar(values[index] ?? null)])),
    );
    return c.json({ view: view.name, groups, cut: found.isCut });
  });

  app.get('/views/:view/series', async (c) => {
    const { view, query, group, ports } = ask(source(), c.req.param('view'), c.req.url, SeriesQuery);
    return c.json(
      await readSeries(view, ports, {
        ...parseRange(query),
        group,
        columns: query.columns.split(','),
        points: query.points ?? SERIES_POINTS,
        open: query.open ?? true,
      }),
    );
  });

  app.get('/views/:view/sql', (c) => {
    const { view, query } = ask(source(), c.req.param('view'), c.req.url, SqlQuery);
    const dialect = query.dialect ?? 'duckdb';
    const sql =
      dialect === 'athena'
        ? athenaStatement(view.definition)
        : viewStatement(view.definition, {
            dialect: duckdb,
            source: (stream) => eventSource(stream, [`${stream.name}.jsonl`]),
          });
    return c.json({ view: view.name, dialect, sql });
  });
}

function jsonScalar(value: string | number | bigint | boolean | null): string | number | boolean | null {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The view, the parameters by their schema, and the group of a question. */
function ask<
  T extends
    | typeof WindowsQuery
    | typeof TopQuery
    | typeof GroupsQuery
    | typeof SeriesQuery
    | typeof SqlQuery
    | typeof LatestQuery,
>(source: ApiSource, name: string, url: string, schema: T) {
  const view = viewOf(source, name);
  const given = new URL(url).searchParams;
  const taken = Object.keys(schema.properties);
  const takesGroup = schema === WindowsQuery || schema === SeriesQuery || schema === LatestQuery;
  const query = parseParameters(schema, given, takesGroup ? groupParameters(view.definition, taken) : []);
  const group = takesGroup ? parseGroup(view.definition, given, taken) : new Map();
  return { view, query, group, ports: source.ports };
}

export function viewOf({ plan }: ApiSource, name: string): ViewPlan {
  const found = plan.views.find((view) => view.name === name);
  if (found !== undefined) return found;
  const names = plan.views.map((view) => view.name);
  throw notFound(`There is no view '${name}'.${didYouMean(name, names)} The views are ${names.join(', ')}.`);
}
