import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { apiRoutes } from '../../api/app.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { clicksApi } from './clicks-api.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: TSchema }>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, TSchema>> };
}

/** Questions that have an answer, for each operation: the test fails where an operation has none. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  'get /api': ['/api'],
  'get /api/pipeline': ['/api/pipeline'],
  'get /api/overview': ['/api/overview'],
  'get /api/health': ['/api/health'],
  'get /metrics': ['/metrics'],
  'get /api/openapi.json': ['/api/openapi.json'],
  'get /api/streams/{stream}': ['/api/streams/clicks'],
  'get /api/views': ['/api/views'],
  'get /api/views/{view}': ['/api/views/by_page'],
  'get /api/views/{view}/windows': [
    '/api/views/by_page/windows',
    '/api/views/by_page/windows?limit=1&order=latest&open=true&page=%2Fa',
    '/api/views/by_page/windows?format=csv',
    '/api/views/by_page/windows?format=jsonl',
  ],
  'get /api/views/{view}/latest': ['/api/views/by_page/latest?page=%2Fa', '/api/views/by_page/latest?page=none'],
  'get /api/views/{view}/top': ['/api/views/by_page/top?by=clicks&n=1&spark=5'],
  'get /api/views/{view}/groups': ['/api/views/by_page/groups?search=%2F'],
  'get /api/views/{view}/series': [
    '/api/views/per_minute/series?columns=clicks,unusual.score',
    '/api/views/per_minute/series?columns=clicks&from=1970-01-01T00:01:00Z&to=1970-01-01T00:03:00Z&compare=previous',
  ],
  'get /api/anomalies': ['/api/anomalies?limit=2', '/api/anomalies?view=per_minute'],
  'get /api/views/{view}/sql': ['/api/views/by_page/sql?dialect=athena'],
  'get /api/alerts': ['/api/alerts', '/api/alerts?state=open&severity=critical&view=by_page&limit=1'],
  'get /api/silences': ['/api/silences'],
  'post /api/silences': ['/api/silences'],
  'delete /api/silences/{name}': ['/api/silences/none'],
  'post /api/alerts/{id}/acknowledgement': ['/api/alerts/a%2Fb/acknowledgement'],
  'delete /api/alerts/{id}/acknowledgement': ['/api/alerts/a%2Fb/acknowledgement'],
  'get /api/events/{kind}': ['/api/events/dead?limit=1', '/api/events/late?view=by_page'],
  'get /api/events/{kind}/{id}': ['/api/events/dead/dead/clicks/s1/1.0'],
  'post /api/events/dead/redrive': ['/api/events/dead/redrive'],
  'get /api/live': [],
};

/** Bodies of those that take one. Without what they are about, each is a problem that the document names. */
const BODIES: Readonly<Record<string, object>> = {
  'post /api/alerts/{id}/acknowledgement': { by: 'ann' },
  'post /api/silences': { for_ms: 60_000, view: 'by_page' },
  'post /api/events/dead/redrive': { ids: ['dead/clicks/s1/1.0'], dry_run: true },
};

const OVERVIEW: Overview = {
  now: 2000,
  started: 1000,
  generation: 1,
  reload_error: null,
  health: { state: 'running', view: null, stream: null, waiting: 0, done_in_ms: null },
  counters: { delivered: 3, accepted: 2, late: 0, dead: 1, duplicate: 0, discarded: 0 },
  counted_late: 0,
  events_per_second: 1.5,
  cost: null,
  streams: {},
  views: {},
  open_incidents: 0,
  incidents: {},
  silences: 0,
  unknown: {},
};

async function contract() {
  const api = await clicksApi(
    { freshen: async () => {}, subscribe: () => () => {} },
    { overview: async () => OVERVIEW },
  );
  await api.take([{ at: 0, page: '/a', bytes: 200 }, { at: 1, page: '/b' }, { at: 60, page: '/a' }, { at: 120 }]);
  const document = (await (await api.app.request('/api/openapi.json')).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
  );
  return { ...api, document, operations };
}

/** The document's schemas with all that they name, as a validator of JSON Schema takes them. */
function resolved(document: Document, schema: unknown): TSchema {
  if (Array.isArray(schema)) return schema.map((each) => resolved(document, each)) as unknown as TSchema;
  if (typeof schema !== 'object' || schema === null) return schema as TSchema;
  const name = (schema as { $ref?: string }).$ref?.replace('#/components/schemas/', '');
  if (name !== undefined) return resolved(document, document.components.schemas[name]);
  return Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, resolved(document, each)])) as TSchema;
}

async function expectFits(document: Document, operation: Operation, response: Response) {
  const type = (response.headers.get('content-type') ?? '').split(';')[0] as string;
  const content = operation.responses[response.status]?.content[type];
  expect({ status: response.status, type, isDocumented: content !== undefined }).toMatchObject({ isDocumented: true });
  const schema = resolved(document, content?.schema);
  const text = await response.text();
  const body: unknown = type.includes('json') && !type.includes('ndjson') ? JSON.parse(text) : text;
  expect([...Value.Errors(schema, body)]).toEqual([]);
}

describe('the document of the API', () => {
  test('has every route of the router, and a question for each is asked here', async () => {
    const { operations, app } = await contract();
    const routes = apiRoutes({ freshen: async () => {}, subscribe: () => null }).map(
      ({ method, path }) => `${method.toLowerCase()} ${path}`,
    );
    expect(operations.map(({ name }) => name).sort()).toEqual([...routes].sort());
    expect(Object.keys(GOOD).sort()).toEqual([...routes].sort());
    const registered = app.routes.filter(({ method }) => method !== 'ALL');
    expect(registered).toHaveLength(routes.length);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test('names no schema that it has not', async () => {
    const { document } = await contract();
    const named = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(20);
    for (const name of named) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  test.each(Object.keys(GOOD))('%s answers as the document says', async (name) => {
    const { app, document, operations } = await contract();
    const { operation, method } = operations.find((one) => one.name === name) as (typeof operations)[0];
    for (const path of GOOD[name] ?? []) {
      const body = BODIES[name];
      const response = await app.request(path, {
        method: method.toUpperCase(),
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      await expectFits(document, operation, response);
    }
  });

  test.each(Object.keys(GOOD).filter((name) => !name.includes('live')))(
    '%s refuses as the document says',
    async (name) => {
      const { app, document, operations } = await contract();
      const { operation, method } = operations.find((one) => one.name === name) as (typeof operations)[0];
      const [good = ''] = GOOD[name] ?? [];
      const asked = `${good}${good.includes('?') ? '&' : '?'}nothing_like_it=1`;
      const body = BODIES[name];
      const response = await app.request(asked, {
        method: method.toUpperCase(),
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      expect(response.status).toBe(400);
      await expectFits(document, operation, response);
      if (body === undefined) return;
      for (const [text, type, status] of [
        ['{', 'application/json', 400],
        ['[]', 'application/json', 400],
        ['{}', 'application/json', 400],
        [JSON.stringify(body), 'text/plain', 415],
        [JSON.stringify({ ...body, padding: 'x'.repeat(300_000) }), 'application/json', 413],
      ] as const) {
        const refused = await app.request(good, {
          method: method.toUpperCase(),
          body: text,
          headers: { 'Content-Type': type },
        });
        expect({ text: text.slice(0, 20), status: refused.status }).toEqual({ text: text.slice(0, 20), status });
        await expectFits(document, operation, refused);
      }
    },
  );

  test('holds an answer that does not fit against its schema', () => {
    expect([...Value.Errors(resolved({} as Document, Type.Object({ a: Type.Integer() })), { a: 'x' })]).not.toEqual([]);
  });
});

describe('what holds for every route', () => {
  test('a method that it does not take is 405, with those that it takes', async () => {
    const { app } = await contract();
    const response = await app.request('/api/views', { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(((await response.json()) as { code: string }).code).toBe('method_not_allowed');
    const get = await app.request('/api/alerts/x/acknowledgement');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
  });

  test('HEAD has the headers and no body', async () => {
    const { app } = await contract();
    const response = await app.request('/api/pipeline', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('etag')).not.toBeNull();
  });

  test('HEAD of the live connection reads nothing', async () => {
    let readers = 0;
    const { app } = await clicksApi({ freshen: async () => {}, subscribe: () => () => readers++ });
    expect((await app.request('/api/live', { method: 'HEAD' })).status).toBe(200);
    expect(readers).toBe(0);
  });

  test.each([
    ['gzip, br', 'gzip'],
    ['*', 'gzip'],
    ['br;q=1, gzip;q=0', null],
    ['', null],
  ])('an answer of more than 1 KB to a caller that takes %p is %p', async (accepted, encoding) => {
    const { app } = await contract();
    const response = await app.request('/api/pipeline', { headers: { 'Accept-Encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([bytes[0], bytes[1]]).toEqual(encoding === 'gzip' ? [0x1f, 0x8b] : [0x7b, 0x22]);
  });

  test('a small answer is sent as it is', async () => {
    const { app } = await contract();
    const response = await app.request('/api', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  test('a packed answer that has not changed is not sent again', async () => {
    const { app } = await contract();
    const headers = { 'Accept-Encoding': 'gzip' };
    const tag = (await app.request('/api/pipeline', { headers })).headers.get('etag') as string;
    expect(tag).toMatch(/^W\//);
    expect((await app.request('/api/pipeline', { headers: { ...headers, 'If-None-Match': tag } })).status).toBe(304);
  });

  test('what takes too long is given up', async () => {
    const api = await clicksApi(null, { overview: () => new Promise(() => {}) }, () => AbortSignal.abort());
    const response = await api.app.request('/api/overview');
    expect(response.status).toBe(504);
    expect(((await response.json()) as { code: string }).code).toBe('took_too_long');
  });

  test('of the overview, the clock alone is no change', async () => {
    let now = 1;
    let delivered = 1;
    const overview = async () => ({ ...OVERVIEW, now: now++, counters: { ...OVERVIEW.counters, delivered } });
    const { app } = await clicksApi(null, { overview });
    const tag = (await app.request('/api/overview')).headers.get('etag') as string;
    expect((await app.request('/api/overview', { headers: { 'If-None-Match': tag } })).status).toBe(304);
    delivered = 2;
    expect((await app.request('/api/overview', { headers: { 'If-None-Match': tag } })).status).toBe(200);
  });

  test('a pipeline that is stuck is not healthy', async () => {
    const overview = async () => ({
      ...OVERVIEW,
      health: { ...OVERVIEW.health, state: 'stuck' as const, view: 'a', stream: null },
    });
    const { app } = await clicksApi(null, { overview });
    const response = await app.request('/api/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ healthy: false, state: 'stuck', view: 'a', stream: null });
  });
});
