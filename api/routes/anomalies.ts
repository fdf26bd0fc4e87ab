import { readAnomalies } from '../../engine/query/anomalous-rows.ts';
import { rowJson } from '../../engine/query/shown-row.ts';
import { JSON_TYPE } from '../media-types.ts';
import { parseRange } from '../parameters.ts';
import { type Route, route, viewNamed } from '../route.ts';
import { AnomaliesPage, AnomaliesQuery } from '../schemas/anomalies.ts';
import type { Row } from '../schemas/common.ts';
import { DEFAULT_LIMIT } from '../schemas/rows.ts';

/** What stands out in the data, whether an alert watches it or not. */
export const ANOMALIES_ROUTE: Route = route({
  method: 'GET',
  path: '/api/anomalies',
  summary: 'Rows that detectors found unusual: view by view, in each the latest first.',
  query: AnomaliesQuery,
  answers: { [JSON_TYPE]: AnomaliesPage },
  problems: [400, 404],
  async answer({ c, source, query }) {
    const { view, limit = DEFAULT_LIMIT, cursor = null } = query;
    const views = view === undefined ? source.plan.views : [viewNamed(source, view)];
    const page = await readAnomalies(views, source.ports.results, { ...parseRange(query), limit, cursor });
    const anomalies = page.anomalies.map((found) => ({ ...found, row: rowJson(found.row) as Row }));
    return c.json({ ...page, anomalies });
  },
});
