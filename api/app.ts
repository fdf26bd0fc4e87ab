import { type Context, Hono } from 'hono';
import { finished } from './finish.ts';
import { PROBLEM_TYPE } from './media-types.ts';
import { openApiRoute } from './openapi.ts';
import { isOurs, notFound, ProblemError, problemOf } from './problems.ts';
import { type Route, routerPath } from './route.ts';
import { ALERT_ROUTES } from './routes/alerts.ts';
import { ANOMALIES_ROUTE } from './routes/anomalies.ts';
import { type LiveReaders, liveRoute } from './routes/live.ts';
import { PIPELINE_ROUTES } from './routes/pipeline.ts';
import { REDRIVE_ROUTE } from './routes/redrive.ts';
import { SIDE_OUTPUT_ROUTES } from './routes/side-outputs.ts';
import { SILENCE_ROUTES } from './routes/silences.ts';
import { STREAM_ROUTES } from './routes/streams.ts';
import { VIEW_ROUTES } from './routes/views.ts';
import type { ApiSource } from './source.ts';

export interface ApiOptions {
  /** What is asked: another one once the definition was loaded again. */
  readonly source: () => ApiSource;
  /** Null where the live connection is not offered. */
  readonly live: LiveReaders | null;
  /** Is told of failures that are ours; the caller hears only that there was one. */
  readonly onError: (error: unknown) => void;
  /** Ends what takes too long: a signal for each request. */
  readonly timeLimit?: () => AbortSignal;
}

const TIME_LIMIT_MS = 10_000;

/** All routes there are: the router has these and no others, and the document shows them. */
export function apiRoutes(live: LiveReaders | null): readonly Route[] {
  const routes: Route[] = [
    ...PIPELINE_ROUTES,
    ...STREAM_ROUTES,
    ...VIEW_ROUTES,
    ...ALERT_ROUTES,
    ANOMALIES_ROUTE,
    ...SILENCE_ROUTES,
    ...SIDE_OUTPUT_ROUTES,
    REDRIVE_ROUTE,
    ...(live === null ? [] : [liveRoute(live)]),
  ];
  routes.push(openApiRoute(routes));
  return routes;
}

/**
 * The API as one router, for Node and for Lambda.
 *
 * @example
 * const app = createApi({ source: () => source, live: null, onError: console.error });
 * await app.request('/api/views/traffic_5min/windows?limit=10');
 */
export function createApi({
  source,
  live,
  onError,
  timeLimit = () => AbortSignal.timeout(TIME_LIMIT_MS),
}: ApiOptions): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (isOurs(error)) onError(error);
    return sendProblem(c, error);
  });
  app.notFound((c) => {
    throw notFound(`There is nothing at ${c.req.path.slice(0, 200)}. GET /api/openapi.json shows all there is.`);
  });
  const routes = apiRoutes(live);
  for (const route of routes) {
    app.on(route.method, routerPath(route), (c) => finished(c, route, () => route.answer(c, source()), timeLimit));
  }
  for (const path of new Set(routes.map(routerPath))) {
    const allowed = methodsOf(routes.filter((route) => routerPath(route) === path));
    app.all(path, (c) => {
      c.header('Allow', allowed);
      throw new ProblemError(
        405,
        'method_not_allowed',
        'This cannot be done here',
        `${c.req.method} is not for ${c.req.path.slice(0, 200)}, which takes ${allowed}.`,
      );
    });
  }
  return app;
}

function methodsOf(routes: readonly Route[]): string {
  const methods = routes.map(({ method }) => method);
  return (methods.includes('GET') ? ['GET', 'HEAD', ...methods.slice(1)] : methods).join(', ');
}

function sendProblem(c: Context, error: unknown): Response {
  const problem = problemOf(error);
  return c.body(`${JSON.stringify(problem)}\n`, problem.status as 400, {
    'Content-Type': `${PROBLEM_TYPE}; charset=utf-8`,
    'Cache-Control': 'no-store',
  });
}
