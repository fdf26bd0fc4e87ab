import { gunzipSync } from 'node:zlib';
import { Value } from 'typebox/value';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { Problem } from '../../api/schemas/common.ts';
import { Overview } from '../../api/schemas/overview.ts';
import { StoredOverview } from '../../api/stored-overview.ts';
import { createClient } from '../../client/index.ts';
import { pipeline, stream, sum, Timestamp, Type, terminal, tumbling, view } from '../../engine/index.ts';
import { readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { makeHandler } from '../../lambdas/api/make-handler.ts';
import { type Authorizer, SIGNED, SIGNED_IN, throughHttpApi } from '../support/http-api.ts';
import { SmallWorld } from '../support/small-world.ts';
import { memoryLog } from './support.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', { when: (row) => row.total.gte(10), severity: 'warning', to: [terminal()] });
const watching = pipeline('watching', [watched]);
const event = (seconds: number, v: number, key = 'a') => ({ key, v, at: T0 + seconds });

/** The handler over a pipeline in memory, as its function wires it. */
function deployed({ acknowledge = false, showsOpen = false } = {}) {
  const world = new SmallWorld(watching);
  const { plan, stores, clock } = world;
  const log = memoryLog();
  const startedMs = async () => 1000;
  const overview = new StoredOverview({ plan, ports: stores, clock, startedMs, showsOpen });
  const handler = makeHandler({
    source: {
      plan,
      ports: stores,
      sideOutputs: { list: async () => ({ records: [], cursor: null }), get: async () => null },
      runsOn: 'aws',
      allowed: { acknowledge, redrive: false, send: false },
      pageBuild: '',
      nowMs: () => clock.nowMs(),
      overview: () => overview.read(),
      incidents: () => readOpenIncidents(plan, stores),
    },
    log,
    budget: new TimeBudget(),
  });
  const send = (path: string, init: RequestInit = {}, authorizer: Authorizer = SIGNED) =>
    throughHttpApi(handler, authorizer)(new Request(`https://api.test${path}`, init));
  return {
    world,
    log,
    handler,
    send,
    client: createClient<typeof watching>({ url: 'https://api.test', fetch: throughHttpApi(handler, SIGNED_IN) }),
    async take(...given: object[]) {
      await world.take(given);
      await world.finalizeAll();
    },
  };
}

describe('who may ask', () => {
  test.each([
    ['no authoriser has seen', null],
    ['an authoriser has let through without a name', { jwt: { claims: {} } }],
    ['an authoriser of IAM has let through without a name', { iam: { userArn: null } }],
  ])('a request that %s is refused, and told', async (_, authorizer) => {
    const { send, log } = deployed();
    const response = await send('/api/views/watched/windows', {}, authorizer);
    expect(response.status).toBe(401);
    expect((await response.json()) as Problem).toMatchObject({ code: 'not_signed_in', status: 401 });
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  });

  test.each([
    ['signed', SIGNED],
    ['with a token', SIGNED_IN],
  ])('a request that is %s is answered', async (_, authorizer) => {
    const { send } = deployed();
    expect((await send('/api', {}, authorizer)).status).toBe(200);
  });

  test('no answer lets pages of other sites read it, and a token goes no further than the handler', async () => {
    const { send, log } = deployed();
    const response = await send('/api', { headers: { Origin: 'https://elsewhere.test', Authorization: 'Bearer x' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(JSON.stringify(log.lines)).not.toContain('Bearer');
  });
});

test('the typed client asks it for rows, page by page', async () => {
  const { client, take } = deployed();
  await take(event(1, 1), event(2, 2, 'b'), event(11, 4), event(21, 8), event(31, 0));
  const rows = [];
  for await (const { window_start, key, total } of client.view('watched').rows({ from: new Date(T0 * 1000) })) {
    rows.push([Date.parse(window_start) / 1000 - T0, key, total]);
  }
  expect(rows).toEqual([
    [0, 'a', 1],
    [0, 'b', 2],
    [10, 'a', 4],
    [20, 'a', 8],
  ]);
  const open = await client.view('watched').windows({ from: new Date((T0 + 30) * 1000), open: true });
  expect(open.rows).toMatchObject([{ total: 0, is_final: false }]);
  expect(await client.view('watched').latest({ key: 'b' })).toMatchObject({ total: 2 });
  expect((await client.pipeline()).runs_on).toBe('aws');
});

test('live events are not offered: the overview has an ETag to ask with', async () => {
  const { send, take, world } = deployed();
  await take(event(1, 1));
  expect((await send('/api/live')).status).toBe(404);
  const first = await send('/api/overview');
  const again = await send('/api/overview', { headers: { 'If-None-Match': first.headers.get('etag') ?? '' } });
  expect([first.status, again.status]).toEqual([200, 304]);
  await take(event(12, 1));
  world.clock.advance(2000);
  const changed = await send('/api/overview', { headers: { 'If-None-Match': first.headers.get('etag') ?? '' } });
  expect(changed.status).toBe(200);
});

describe('the overview', () => {
  test('is what was committed', async () => {
    const { send, world } = deployed();
    world.clock.advance(25_000);
    const given = [event(1, 1), event(2, 2, 'b'), event(11, 12), event(21, 1)];
    const arrivalMs = world.clock.nowMs() - 1000;
    await world.container().process(world.records(given).map((record) => ({ ...record, arrivalMs })));
    await world.finalizeAll();
    const overview = (await (await send('/api/overview')).json()) as Overview;
    expect([...Value.Errors(Overview, overview)]).toEqual([]);
    expect(overview).toMatchObject({
      started: 1000,
      health: { state: 'running' },
      counters: { delivered: 4, accepted: 4 },
      open_incidents: 1,
      streams: {
        events: {
          latest_event: (T0 + 21) * 1000,
          watermark: (T0 + 21) * 1000,
          last_arrival: arrivalMs,
          producer_delay_ms: 3000,
          shards: 1,
          idle: false,
        },
      },
      views: { watched: { closed_up_to: (T0 + 20) * 1000, open_windows: null, rows: 3 } },
    });
    expect(overview.views.watched?.cells).toEqual({
      [T0 * 1000]: { end: (T0 + 10) * 1000, state: 'final', value: 3, groups: 2, revision: 1, was: null, worst: null },
      [(T0 + 10) * 1000]: {
        ...{ end: (T0 + 20) * 1000, state: 'final', value: 12, groups: 1, revision: 1, was: null, worst: null },
      },
    });
  });

  test('shows open windows where it is asked to', async () => {
    const { send, take } = deployed({ showsOpen: true });
    await take(event(1, 1), event(11, 12), event(21, 5));
    const { views } = (await (await send('/api/overview')).json()) as Overview;
    expect(views.watched).toMatchObject({ open_windows: 1 });
    expect(views.watched?.cells[(T0 + 20) * 1000]).toMatchObject({ state: 'filling', value: 5, groups: 1 });
  });

  test('before the first event says that it waits', async () => {
    const { send } = deployed();
    const overview = (await (await send('/api/overview')).json()) as Overview;
    expect([...Value.Errors(Overview, overview)]).toEqual([]);
    expect(overview.health.state).toBe('waiting_for_first_event');
  });

  test('is read once for all who ask within two seconds', async () => {
    const { send, take, world } = deployed();
    await take(event(1, 1));
    const delivered = async () => ((await (await send('/api/overview')).json()) as Overview).counters.delivered;
    expect(await delivered()).toBe(1);
    await take(event(2, 1));
    expect(await delivered()).toBe(1);
    world.clock.advance(2000);
    expect(await delivered()).toBe(2);
  });
});

describe('acknowledging', () => {
  test('is refused unless it is allowed', async () => {
    const { client, take } = deployed();
    await take(event(1, 12), event(11, 12), event(21, 0));
    const [incident] = (await client.incidents({ state: 'open' })).incidents;
    await expect(client.acknowledge(incident?.id ?? '', { by: 'ann' })).rejects.toMatchObject({
      status: 403,
      code: 'not_allowed',
    });
  });

  test('finds an incident by an id with slashes, which the path holds decoded, and says who did it', async () => {
    const { client, take, log } = deployed({ acknowledge: true });
    await take(event(1, 12), event(11, 12));
    const [incident] = (await client.incidents({ state: 'open' })).incidents;
    expect(incident?.id).toMatch(/^watched@[^/]+\/high\//);
    const seen = await client.acknowledge(incident?.id ?? '', { by: 'ann', note: 'looking' });
    expect(seen).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'ann', note: 'looking' } });
    expect(log.lines).toMatchObject([{ level: 'info', fields: { caller: { kind: 'jwt', name: 'ann' }, status: 200 } }]);
  });
});

describe('an event that is odd', () => {
  test.each([
    ['a path with half a character', { rawPath: '/api/views/\ud800' }, 404],
    ['a path that is no encoding', { rawPath: '/api/views/%zz%' }, 404],
    ['a path with a NUL', { rawPath: '/api/views/a\u0000b' }, 404],
    ['an empty path', { rawPath: '' }, 404],
    ['a query with half a character', { rawQueryString: 'limit=\ud800' }, 400],
    ['a header that cannot be', { headers: { 'x y': '1', 'x-a': 'a\r\nb', 'x-b': '日本' } }, 200],
    ['a method that no request has', { method: 'CONNECT' }, 400],
    ['a method that is none', { method: 'G E T' }, 400],
    ['a body that is no base64', { method: 'POST', body: '%%%', isBase64Encoded: true }, 405],
  ])('is answered with a problem, or as if it were not odd: %s', async (_, odd, status) => {
    const { handler, log } = deployed();
    const { method = 'GET', ...changes } = odd as { method?: string };
    const event = {
      ...{
        version: '2.0',
        rawPath: '/api/views/watched/windows',
        rawQueryString: '',
        headers: {},
        isBase64Encoded: false,
      },
      requestContext: { requestId: 'r1', http: { method, path: '/' }, authorizer: SIGNED },
      ...changes,
    } as unknown as Parameters<typeof handler>[0];
    const { statusCode, body } = await handler(event, { getRemainingTimeInMillis: () => 15_000 });
    expect({ statusCode, body: status === 200 ? '' : JSON.parse(body ?? '').status }).toEqual({
      statusCode: status,
      body: status === 200 ? '' : status,
    });
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('what goes through Lambda', () => {
  test('is packed in base64 where the caller takes gzip, and text otherwise', async () => {
    const { send } = deployed();
    const plain = await send('/api/openapi.json');
    const packed = await send('/api/openapi.json', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(await plain.text());
  });

  test('a group that the query holds in UTF-8 is found', async () => {
    const { client, take } = deployed();
    await take(event(1, 3, 'été & 50% /?#'), event(11, 0));
    expect(await client.view('watched').latest({ key: 'été & 50% /?#' })).toMatchObject({ total: 3 });
  });

  test('an answer that Lambda would not take is a problem that says what to do', async () => {
    const { send, take } = deployed();
    const long = Array.from({ length: 600 }, (_, index) => event(1, 1, `${index}${'x'.repeat(10_000)}`));
    await take(...long, event(11, 0));
    const response = await send('/api/views/watched/windows?limit=1000');
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).detail).toContain('Ask for fewer rows with limit');
    expect((await send('/api/views/watched/windows?limit=100')).status).toBe(200);
  });

  test('a failure is told in the log, with the request, and not to the caller', async () => {
    const { send, log, world } = deployed();
    jest.spyOn(world.stores.results, 'windows').mockRejectedValue(new Error('The table is away.'));
    const response = await send('/api/views/watched/windows');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('The table is away');
    expect(log.lines).toMatchObject([{ level: 'error', fields: { requestId: 'r1' } }]);
  });
});
