import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import { rowJson } from '../../engine/query/shown-row.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import { healthJson, incidentJson, statusJson, viewJson } from './json.ts';
import type { LiveQueries } from './live-queries.ts';
import { checkNames, DEFAULT_LIMIT, MAX_LIMIT, parseLimit, parseWindowsQuery } from './parameters.ts';

/** An answer before it is written: a status and what becomes its JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

export interface Endpoint {
  readonly path: string;
  readonly description: string;
}

const PAGING = `limit is ${DEFAULT_LIMIT} unless set, at most ${MAX_LIMIT}`;

const ENDPOINTS: readonly Endpoint[] = [
  { path: '/', description: 'this list' },
  { path: '/health', description: 'the size of the state and the number of open windows, by view' },
  {
    path: '/status',
    description: 'watermarks, counters, inputs, the last reload, and the latest windows of every view',
  },
  { path: '/alerts?limit', description: `incidents that are on, those of long ago first; ${PAGING}` },
  { path: '/views', description: 'the views and their columns' },
  { path: '/views/{view}', description: 'one view' },
  {
    path: '/views/{view}/windows?from&to&limit&cursor&{group field}={value}&is_null={group field}',
    description: `rows of closed windows, by window start; from and to are ISO-8601, to is not included; ${PAGING}; give the cursor of a page to get the next one`,
  },
  { path: '/views/{view}/open?limit', description: `rows of open windows as they stand now; ${PAGING}` },
];

/**
 * Answers a request for a path.
 *
 * @param more endpoints that others answer.
 * @throws BadQueryError where the parameters are wrong.
 */
export async function route(
  queries: LiveQueries,
  path: readonly string[],
  parameters: URLSearchParams,
  more: readonly Endpoint[] = [],
): Promise<Reply> {
  const [first, name, part, ...rest] = path;
  const endpoints = [...ENDPOINTS, ...more];
  if (rest.length > 0) return notFound(endpoints);
  if (first === 'views' && name !== undefined) {
    return (await routeView(queries, name, part, parameters)) ?? notFound(endpoints);
  }
  if (name !== undefined) return notFound(endpoints);
  switch (first) {
    case undefined:
      checkNames(parameters, []);
      return ok({
        name: 'streamgauge',
        endpoints,
        views: queries.views.map((view) => `/views/${view.name}`),
      });
    case 'health':
      checkNames(parameters, []);
      return ok(healthJson(await queries.health()));
    case 'status':
      checkNames(parameters, []);
      return ok(statusJson(await queries.status()));
    case 'alerts':
      checkNames(parameters, ['limit']);
      return openIncidents(queries, parseLimit(parameters));
    case 'views':
      checkNames(parameters, []);
      return ok({ views: queries.views.map(viewJson) });
    default:
      return notFound(endpoints);
  }
}

/** Null where a view has no such part. */
async function routeView(
  queries: LiveQueries,
  name: string,
  part: string | undefined,
  parameters: URLSearchParams,
): Promise<Reply | null> {
  const view = queries.views.find((candidate) => candidate.name === name);
  if (view === undefined) {
    const names = queries.views.map((candidate) => candidate.name).join(', ');
    return failure(404, 'unknown_view', `There is no view '${name}'. The views are ${names}.`);
  }
  switch (part) {
    case undefined:
      checkNames(parameters, []);
      return ok(viewJson(view));
    case 'windows':
      return closedWindows(queries, view, parameters);
    case 'open':
      return openWindows(queries, view, parameters);
    default:
      return null;
  }
}

async function closedWindows(queries: LiveQueries, view: ViewDefinition, parameters: URLSearchParams): Promise<Reply> {
  const query = parseWindowsQuery(view, parameters);
  const { rows, cursor } = await queries.closed(query);
  return ok({
    view: view.name,
    from: parameters.has('from') ? formatInstant(query.fromMs) : null,
    to: parameters.has('to') ? formatInstant(query.toMs) : null,
    rows: rows.map(rowJson),
    cursor,
  });
}

async function openIncidents(queries: LiveQueries, limit: number): Promise<Reply> {
  const incidents = await queries.alerts();
  return ok({ total: incidents.length, incidents: incidents.slice(0, limit).map(incidentJson) });
}

async function openWindows(queries: LiveQueries, view: ViewDefinition, parameters: URLSearchParams): Promise<Reply> {
  checkNames(parameters, ['limit']);
  const limit = parseLimit(parameters);
  const rows = (await queries.open(view.name)).flatMap((window) => window.rows);
  return ok({ view: view.name, total_rows: rows.length, rows: rows.slice(0, limit).map(rowJson) });
}

function ok(body: object): Reply {
  return { status: 200, body };
}

export function failure(status: number, code: string, message: string, more: object = {}): Reply {
  return { status, body: { error: { code, message }, ...more } };
}

function notFound(endpoints: readonly Endpoint[]): Reply {
  return failure(404, 'not_found', 'There is nothing at this path. These are all there are.', { endpoints });
}

/** The reply to an error: a wrong query is the caller's, anything else is ours. */
export function errorReply(error: unknown): Reply {
  if (error instanceof BadQueryError) return failure(400, 'bad_query', error.message);
  return failure(500, 'failed', `The query failed: ${error instanceof Error ? error.message : String(error)}`);
}
