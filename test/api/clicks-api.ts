import type { Hono } from 'hono';
import { createApi } from '../../api/app.ts';
import type { LiveReaders } from '../../api/routes/live.ts';
import type { ApiSource } from '../../api/source.ts';
import { anomaly, count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import type { DeadLetterStore } from '../../engine/ports/dead-letter-store.ts';
import { readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { SmallWorld } from '../support/small-world.ts';

const clickStream = stream('clicks', {
  schema: Type.Object({ page: Type.String(), bytes: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});

const perMinute = view('per_minute', clickStream)
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ clicks: count(), bytes: sum(e.bytes), big: count().where(e.bytes.gt(100)) }))
  .derive((row) => ({ big_share: row.big.div(row.clicks), unusual: anomaly(row.clicks) }));

const byPage = view('by_page', clickStream)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('page')
  .aggregate((e) => ({ clicks: count(), bytes: sum(e.bytes) }));

export const clicks = pipeline('clicks', [perMinute, byPage]);

export interface Click {
  readonly at: number;
  readonly page?: string;
  readonly bytes?: number;
}

/** The API over a pipeline with two views, and events that the test sends. */
export async function clicksApi(
  live: LiveReaders | null = null,
  changes: Partial<ApiSource> = {},
  timeLimit?: () => AbortSignal,
) {
  const world = new SmallWorld(clicks);
  return {
    ...apiOver(world, live, changes, timeLimit),
    world,
    async take(events: readonly Click[]): Promise<void> {
      await world.take(events.map((event) => ({ page: '/', bytes: 1, ...event })));
      await world.finalizeAll();
    },
  };
}

/** The API over what a small world holds. */
export function apiOver(
  world: { readonly plan: ApiSource['plan']; readonly stores: ApiSource['ports'] },
  live: LiveReaders | null = null,
  changes: Partial<ApiSource> = {},
  timeLimit?: () => AbortSignal,
) {
  const errors: unknown[] = [];
  const empty: Pick<DeadLetterStore, 'list' | 'get'> = {
    list: async () => ({ records: [], cursor: null }),
    get: async () => null,
  };
  const source: ApiSource = {
    plan: world.plan,
    ports: world.stores,
    sideOutputs: empty,
    runsOn: 'local',
    allowed: { acknowledge: false, redrive: false, send: true },
    pageBuild: 'b',
    nowMs: () => 1_000_000,
    overview: async () => {
      throw new Error('not of this test');
    },
    incidents: () => readOpenIncidents(world.plan, world.stores),
    ...changes,
  };
  const app: Hono = createApi({
    source: () => source,
    live,
    onError: (error) => errors.push(error),
    ...(timeLimit !== undefined && { timeLimit }),
  });
  return {
    app,
    errors,
    async get<T>(
      path: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; body: T; response: Response }> {
      const response = await app.request(`http://localhost/api${path}`, { headers });
      const text = await response.clone().text();
      const body =
        response.headers.get('content-type')?.includes('json') &&
        !response.headers.get('content-type')?.includes('ndjson')
          ? (JSON.parse(text) as T)
          : (text as T);
      return { status: response.status, body, response };
    },
  };
}
