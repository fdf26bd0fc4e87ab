import { rowShape } from '../../engine/ir/view-definition.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { ALL_GROUPS } from '../../engine/query/group-filter.ts';
import { formatPageCursor, parsePageCursor } from '../../engine/query/page-cursor.ts';
import type { QueryPorts } from '../../engine/query/query-ports.ts';
import { readRows } from '../../engine/query/rows.ts';
import { rowJson, type ShownRow } from '../../engine/query/shown-row.ts';
import { JSON_TYPE } from '../media-types.ts';
import { parseRange } from '../parameters.ts';
import { type Route, route, viewNamed } from '../route.ts';
import { AnomaliesPage, AnomaliesQuery, type AnomalousRow } from '../schemas/anomalies.ts';
import type { Row } from '../schemas/common.ts';
import { DEFAULT_LIMIT } from '../schemas/rows.ts';
import type { ApiSource } from '../source.ts';

/** What stands out in the data, whether an alert watches it or not. */
export const ANOMALIES_ROUTE: Route = route({
  method: 'GET',
  path: '/api/anomalies',
  summary: 'Rows that detectors found unusual: view by view, in each the latest first.',
  query: AnomaliesQuery,
  answers: { [JSON_TYPE]: AnomaliesPage },
  problems: [400, 404],
  answer: async ({ c, source, query }) =>
    c.json(
      await readAnomalies(watchedViews(source, query.view), source.ports, {
        ...parseRange(query),
        limit: query.limit ?? DEFAULT_LIMIT,
        cursor: query.cursor ?? null,
      }),
    ),
});

interface Watched {
  readonly view: ViewPlan;
  readonly detectors: readonly string[];
}

/** @throws ProblemError where there is no view of the name. */
function watchedViews(source: ApiSource, name: string | undefined): readonly Watched[] {
  const views = name === undefined ? source.plan.views : [viewNamed(source, name)];
  return views.map((view) => ({ view, detectors: detectorsOf(view) })).filter(({ detectors }) => detectors.length > 0);
}

function detectorsOf({ definition }: ViewPlan): readonly string[] {
  return [...rowShape(definition).fields].flatMap(([name, shape]) =>
    shape.shape === 'struct' && shape.fields.has('is_anomaly') ? [name] : [],
  );
}

interface AnomaliesQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly cursor: string | null;
}

/** Pages of rows that one answer is looked for in at most. */
const MAX_PAGES = 20;
const PAGE_ROWS = 500;

/** Where the next page begins: behind a page of this view's rows. */
interface Place {
  readonly view: string;
  readonly rows: string | null;
}

async function readAnomalies(
  watched: readonly Watched[],
  ports: QueryPorts,
  { fromMs, toMs, limit, cursor }: AnomaliesQuestion,
): Promise<AnomaliesPage> {
  const question = ['anomalies', String(fromMs), String(toMs), ...watched.map(({ view }) => view.key)];
  const begin = cursor === null ? null : (parsePageCursor(question, cursor) as unknown as Place);
  const anomalies: AnomalousRow[] = [];
  let [place, pages] = [begin, 0];
  const started = Math.max(
    0,
    watched.findIndex(({ view }) => view.name === begin?.view),
  );
  for (const { view, detectors } of watched.slice(started)) {
    place = place?.view === view.name ? place : { view: view.name, rows: null };
    do {
      if (anomalies.length === limit || pages === MAX_PAGES) {
        return { anomalies, cursor: formatPageCursor(question, { ...place }) };
      }
      pages++;
      // No more rows than anomalies that still fit: a page of them ends where a page of rows does.
      const page = await readRows(view, ports, {
        ...{ fromMs, toMs, groups: ALL_GROUPS, order: 'latestFirst', open: false },
        limit: Math.min(PAGE_ROWS, limit - anomalies.length),
        cursor: place.rows,
      });
      for (const row of page.rows) {
        const found = detectors.filter((name) => isAnomaly(row, name));
        if (found.length > 0) anomalies.push({ view: view.name, detectors: found, row: rowJson(row) as Row });
      }
      place = { view: view.name, rows: page.cursor };
    } while (place.rows !== null);
  }
  return { anomalies, cursor: null };
}

function isAnomaly({ columns }: ShownRow, detector: string): boolean {
  const found = columns[detector] as { readonly is_anomaly?: unknown } | null | undefined;
  return found?.is_anomaly === true;
}
