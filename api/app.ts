import { Hono } from 'hono';
import { BadQueryError } from '../engine/query/errors.ts';
import { describePipeline } from './describe.ts';
import { sendCached } from './formats.ts';
import { parseParameters } from './parameters.ts';
import { notFound, ProblemError, problemOf } from './problems.ts';
import { alertRoutes } from './routes/alerts.ts';
import { type LiveReaders, liveRoute } from './routes/live.ts';
import { sideOutputRoutes } from './routes/side-outputs.ts';
import { viewRoutes } from './routes/views.ts';
import { NoParameters } from './schemas/common.ts';
import type { ApiSource } from './source.ts';

export interface ApiOptions {
  /** What is asked: another one once the definition was loaded again. */
  readonly source: () => ApiSource;
  /** Null where the live connection is not offered. */
  readonly live: LiveReaders | null;
  /** Is told of failures that are ours; the caller hears only that there was one. */
  readonly onError: (error: unknown) => void;
}

/**
 * The API as one router, for Node and for Lambda: paths below `/api`.
 *
 * @example
 * const app = createApi({ source: () => source, live: null, onError: console.error });
 * await app.request('/api/views/traffic_5min/windows?limit=10');
 */
export function createApi({ source, live, onError }: ApiOptions): Hono {
  const app = new Hono().basePath('/api');
  app.onError((error, c) => {
    if (!(error instanceof ProblemError || error instanceof BadQueryError)) onError(error);
    const problem = problemOf(error);
    return c.body(`${JSON.stringify(problem)}\n`, problem.status as 400, {
      'Content-Type': 'application/problem+json; charset=utf-8',
    });
  });
  app.notFound((c) => {
    throw notFound(`There is nothing at ${c.req.path}. GET /api lists all there is.`);
  });
  app.get('/', (c) =>
    c.json({ name: 'streamgauge', paths: app.routes.map(({ method, path }) => `${method} ${path}`) }),
  );
  app.get('/pipeline', (c) => {
    parseParameters(NoParameters, new URL(c.req.url).searchParams);
    return sendCached(c, 'application/json; charset=utf-8', JSON.stringify(describePipeline(source())), false);
  });
  app.get('/overview', async (c) => c.json(await source().overview()));
  if (live !== null) liveRoute(app, live);
  viewRoutes(app, source);
  alertRoutes(app, source);
  sideOutputRoutes(app, source);
  return app;
}
