import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { changeOver, count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { BadQueryError } from '../../../engine/query/errors.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import type { ClosedPage, ClosedQuery, LiveQueries } from '../../../runtime/http/live-queries.ts';
import { type RunningServer, ServerStartError, startServer } from '../../../runtime/http/server.ts';
import { status } from '../terminal/status-fixture.ts';

const requests = stream('requests', {
  schema: Type.Object({
    from: Type.String(),
    path: Type.Optional(Type.String()),
    code: Type.Integer(),
    secure: Type.Boolean(),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  partitionKey: 'from',
  maxLateness: '1 minute',
});
const whole = view('whole', requests)
  .window(tumbling('5 minutes'), { allowedLateness: '1 hour' })
  .aggregate(() => ({ views: count() }))
  .derive((row) => ({ half: row.views.div(2), change: changeOver(row.views, { windows: 1 }) }));
const grouped = view('grouped', requests)
  .window(tumbling('5 minutes'))
  .groupBy('path', 'code', 'secure', 'at', 'from')
  .aggregate(() => ({ views: count() }));
const definition = pipelineDefinition(pipeline('shop', [whole, grouped]), 'this test');

const row = {
  columns: { window_start: '2015-05-17T10:05:00.000Z', window_end: '2015-05-17T10:10:00.000Z', views: 3, half: 1.5 },
  revision: 2,
  lateEvents: 3,
  partial: false,
  isFinal: true,
};

/** Remembers what it was asked, and answers as it was told to. */
class FakeQueries implements LiveQueries {
  readonly views = definition.views;
  readonly asked: ClosedQuery[] = [];
  page: ClosedPage | Error = { rows: [row], cursor: 'next-page' };

  async health() {
    const views = [{ view: 'whole', openWindows: 2, segments: 3, stateBytes: 400, carriedBytes: 50 }];
    return [{ stream: 'requests', idsBytes: 16, views, isWhole: true }];
  }

  async status() {
    return status;
  }

  async closed(query: ClosedQuery): Promise<ClosedPage> {
    this.asked.push(query);
    if (this.page instanceof Error) throw this.page;
    return this.page;
  }

  async alerts() {
    const incident = {
      id: 'errors@0123456789ab/many/0/1',
      view: 'errors',
      alert: 'many',
      severity: 'critical' as const,
      group: { service: 'checkout' },
      from: '2026-01-01T00:00:00.000Z',
      reason: 'errors > 100: errors is 512',
      groupedIn: null,
    };
    return [incident, { ...incident, id: 'errors@0123456789ab/many/0/2' }];
  }

  async open() {
    const open = (startMs: number, views: number[]) => ({
      startMs,
      endMs: startMs + 300_000,
      rows: views.map((count) => ({
        columns: { window_start: new Date(startMs).toISOString(), views: count },
        revision: 0,
        lateEvents: 1,
        partial: false,
        isFinal: false,
      })),
    });
    return [open(0, [1, 2]), open(300_000, [3])];
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON that each test looks into in its own way
  readonly json: any;
}

let queries: FakeQueries;
let errors: unknown[];
let server: RunningServer;

beforeEach(async () => {
  queries = new FakeQueries();
  errors = [];
  server = await startServer({ port: 0, queries, onError: (error) => errors.push(error) });
});
afterEach(() => server.close());

function get(path: string, { method = 'GET', host }: { method?: string; host?: string } = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = text === '' ? null : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('what it tells', () => {
  test('the root lists the endpoints and views', async () => {
    const { status: code, json } = await get('/');
    expect(code).toBe(200);
    expect(json.views).toEqual(['/views/whole', '/views/grouped']);
    expect(json.endpoints.map((endpoint: { path: string }) => endpoint.path)).toContain('/health');
  });

  test('health answers', async () => {
    const view = { name: 'whole', open_windows: 2, segments: 3, state_bytes: 400, carried_bytes: 50 };
    expect((await get('/health')).json).toEqual({
      status: 'ok',
      streams: [{ name: 'requests', ids_bytes: 16, views: [view] }],
    });
  });

  test('the status has ISO times and no milliseconds but in durations', async () => {
    const { json, text } = await get('/status');
    expect(json.streams[0]).toMatchObject({
      name: 'requests',
      watermark: '2015-05-19T07:06:00.000Z',
      latest_event: '2015-05-19T07:07:00.000Z',
      events_per_second: 249.7,
      dead_by_reason: { not_json: 1, missing_field: 1 },
      replay: { sent: 6213, total: 10_000, resumed_at: 0, done: false },
    });
    expect(json.streams[0].counters).toMatchObject({ delivered: 6213, accepted: 6209, late: 2, dead: 2 });
    expect(json.streams[0].shards[0]).toEqual({ id: 'shard-0', watermark: '2015-05-19T07:06:00.000Z', lag: 3 });
    expect(json.views[1].open[0]).toMatchObject({ window_start: '2015-05-19T07:05:00.000Z', groups: 87 });
    expect(json.views[1].open[0].top[0]).toEqual({ path: '/favicon.ico', requests: 12, visitors: 11 });
    expect(text).not.toMatch(/Ms"/);
  });

  test('a view tells its window, groups and columns with their types', async () => {
    const { json } = await get('/views');
    expect(json.views.map((listed: { name: string }) => listed.name)).toEqual(['whole', 'grouped']);
    expect(json.views[0]).toEqual((await get('/views/whole')).json);
    expect(json.views[0]).toEqual({
      name: 'whole',
      stream: 'requests',
      window: { kind: 'tumbling', size_ms: 300_000, offset_ms: 0 },
      allowed_lateness_ms: 3_600_000,
      group_by: [],
      columns: [
        { name: 'window_start', type: 'instant', nullable: false },
        { name: 'window_end', type: 'instant', nullable: false },
        { name: 'views', type: 'integer', nullable: false },
        { name: 'half', type: 'number', nullable: true },
        {
          name: 'change',
          type: 'object',
          nullable: false,
          fields: [
            { name: 'absolute', type: 'integer', nullable: true },
            { name: 'percent', type: 'number', nullable: true },
            { name: 'from', type: 'integer', nullable: true },
          ],
        },
      ],
      links: { windows: '/views/whole/windows', open: '/views/whole/open' },
    });
  });

  test('closed windows are final rows with their revision and the cursor of the next page', async () => {
    const { json } = await get('/views/whole/windows');
    expect(json).toEqual({
      view: 'whole',
      from: null,
      to: null,
      rows: [{ ...row.columns, revision: 2, late_events: 3, is_final: true }],
      cursor: 'next-page',
    });
    queries.page = { rows: [{ ...row, partial: true }], cursor: null };
    expect((await get('/views/whole/windows')).json).toMatchObject({ cursor: null, rows: [{ partial: true }] });
  });

  test('open windows are rows that are not final, all windows together', async () => {
    const { json } = await get('/views/whole/open');
    expect(json.total_rows).toBe(3);
    expect(json.rows.map((open: { views: number }) => open.views)).toEqual([1, 2, 3]);
    expect(json.rows[0]).toEqual({
      window_start: '1970-01-01T00:00:00.000Z',
      views: 1,
      revision: 0,
      late_events: 1,
      is_final: false,
    });
    expect((await get('/views/whole/open?limit=2')).json).toMatchObject({
      total_rows: 3,
      rows: [{ views: 1 }, { views: 2 }],
    });
  });

  test('a slash at the end changes nothing', async () => {
    expect((await get('/views/whole/')).json).toEqual((await get('/views/whole')).json);
  });
});

describe('asking for windows', () => {
  const ask = async (query: string, name = 'grouped') => {
    const answer = await get(`/views/${name}/windows?${query}`);
    return { ...answer, asked: queries.asked.at(-1) };
  };

  test('without parameters: from the beginning to the end, all groups, a hundred rows', async () => {
    expect((await ask('', 'whole')).asked).toEqual({
      view: 'whole',
      fromMs: START_OF_TIME_MS,
      toMs: END_OF_TIME_MS,
      group: null,
      limit: 100,
      cursor: null,
    });
  });

  test.each([
    ['from=2015-05-17T10:05:00Z&to=2015-05-17T11:00:00Z', '2015-05-17T10:05:00Z', '2015-05-17T11:00:00Z'],
    ['from=2015-05-17T12:05:00%2B02:00&to=2015-05-18', '2015-05-17T10:05:00Z', '2015-05-18T00:00:00Z'],
    ['from=2015-05-17T10:05Z&to=2015-05-17T10:05Z', '2015-05-17T10:05:00Z', '2015-05-17T10:05:00Z'],
  ])('%s is a range of time', async (query, from, to) => {
    const { asked, json } = await ask(query);
    expect(asked).toMatchObject({ fromMs: Date.parse(from), toMs: Date.parse(to) });
    expect(json.from).toBe(new Date(from).toISOString());
  });

  test('a group is given by its fields, each of its own type', async () => {
    const { asked } = await ask(
      'path=/a%20b%3Fc&code=-0&secure=true&at=2015-05-17T10:05:00Z&group.from=home&limit=1000&cursor=abc',
    );
    expect(asked?.group).toEqual(['/a b?c', 0, true, Date.parse('2015-05-17T10:05:00Z'), 'home']);
    expect(Object.is(asked?.group?.[1], 0)).toBe(true);
    expect(asked).toMatchObject({ limit: 1000, cursor: 'abc' });
  });

  test('a whole number in a group is the one of its digits', async () => {
    const rest = 'path=x&secure=true&at=2015-05-17T10:05:00Z&group.from=home';
    expect((await ask(`code=9007199254740993&${rest}`)).asked?.group?.[1]).toBe(9007199254740993n);
    expect((await ask(`code=-9007199254740991&${rest}`)).asked?.group?.[1]).toBe(-9007199254740991);
  });

  test('is_null asks for a group whose field is null, which differs from the text null and from empty text', async () => {
    const rest = 'code=200&secure=false&at=2015-05-17&group.from=x'.replace('at=2015-05-17', 'at=2015-05-17T00:00Z');
    expect((await ask(`is_null=path&${rest}`)).asked?.group?.[0]).toBeNull();
    expect((await ask(`path=null&${rest}`)).asked?.group?.[0]).toBe('null');
    expect((await ask(`path=&${rest}`)).asked?.group?.[0]).toBe('');
  });

  test('a group field that is named like a parameter does not take its place', async () => {
    const { asked } = await ask('from=2015-05-17T10:05:00Z');
    expect(asked?.group).toBeNull();
    expect(asked?.fromMs).toBe(Date.parse('2015-05-17T10:05:00Z'));
  });

  test.each([
    ['limit=0', "limit is '0', and must be a whole number from 1 to 1000."],
    ['limit=1001', "limit is '1001', and must be a whole number from 1 to 1000."],
    ['limit=1e2', "limit is '1e2'"],
    ['limit=1&limit=2', "The parameter 'limit' is given twice."],
    ['from=yesterday', "from is 'yesterday', and must be an ISO-8601 time such as 2015-05-17T10:05:00Z."],
    ['from=2015-05-17T12:05:00+02:00', 'Write + as %2B in a URL.'],
    ['to=2015-02-30', "to is '2015-02-30'"],
    ['from=2015-05-18&to=2015-05-17', 'from is 2015-05-18 and to is 2015-05-17: from must not be later.'],
    ['page=/', "There is no parameter 'page' here. It takes from, to, limit, cursor, is_null, path, group.path"],
    ['path=/', "View 'grouped' groups by path, code, secure, at, from: give all of them or none, and code is missing."],
    ['is_null=size', "is_null names 'size', by which view 'grouped' does not group."],
    ['is_null=path&path=/', "The group field 'path' of view 'grouped' is given twice."],
    ['path=/&group.path=/', "The group field 'path' of view 'grouped' is given twice."],
    ['code=many', "code is 'many', and must be a number."],
    ['code=', "code is '', and must be a number."],
    ['code=Infinity', "code is 'Infinity', and must be a number."],
    ['secure=1', "secure is '1', and must be true or false."],
    ['at=noon', "at is 'noon', and must be an ISO-8601 time."],
  ])('%s is refused with a sentence', async (query, sentence) => {
    const { status: code, json } = await ask(query);
    expect(code).toBe(400);
    expect(json.error.code).toBe('bad_query');
    expect(json.error.message).toContain(sentence);
    expect(queries.asked).toEqual([]);
  });

  test('a view without groups takes no group', async () => {
    const { status: code, json } = await ask('path=/', 'whole');
    expect(code).toBe(400);
    expect(json.error.message).toBe("There is no parameter 'path' here. It takes from, to, limit, cursor, is_null.");
  });

  test('a cursor that the store refuses is the fault of who asks, anything else is told to the program as well', async () => {
    queries.page = new BadQueryError('The cursor is none that a page ended with.');
    expect(await get('/views/whole/windows?cursor=x')).toMatchObject({
      status: 400,
      json: { error: { code: 'bad_query', message: 'The cursor is none that a page ended with.' } },
    });
    expect(errors).toEqual([]);
    queries.page = new Error('The disk is full.');
    expect(await get('/views/whole/windows')).toMatchObject({
      status: 500,
      json: { error: { code: 'failed', message: 'The query failed: The disk is full.' } },
    });
    expect(errors).toEqual([queries.page]);
  });
});

describe('what it refuses', () => {
  test.each(['/nothing', '/status/more', '/views/whole/later', '/views/whole/open/more', '//evil.example/status'])(
    'there is nothing at %s, and the answer lists what there is',
    async (path) => {
      const { status: code, json } = await get(path);
      expect(code).toBe(404);
      expect(json.error.code).toBe('not_found');
      expect(json.endpoints.length).toBeGreaterThan(5);
    },
  );

  test('an unknown view is told from the known ones', async () => {
    const { status: code, json } = await get('/views/toString/windows');
    expect(code).toBe(404);
    expect(json.error.message).toBe("There is no view 'toString'. The views are whole, grouped.");
  });

  test.each(['/', '/health', '/status', '/views', '/views/whole', '/views/whole/open'])(
    '%s takes no parameter that it does not know',
    async (path) => {
      expect(await get(`${path}?verbose=1`)).toMatchObject({ status: 400, json: { error: { code: 'bad_query' } } });
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not allowed', async (method) => {
    const { status: code, headers, json } = await get('/status', { method });
    expect(code).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
    expect(json.error.message).toContain(method);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const got = await get('/status');
    const head = await get('/status', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
  });

  test('a URL beyond 4,096 characters is too long', async () => {
    expect((await get(`/status?${'x'.repeat(4096)}`)).status).toBe(414);
  });

  test('a path that cannot be decoded is refused', async () => {
    expect(await get('/views/%E0%A4%A')).toMatchObject({ status: 400, json: { error: { code: 'bad_query' } } });
  });

  test('a request for another server (a proxy request) is refused', async () => {
    expect((await get('http://evil.example/status')).status).toBe(400);
  });

  test('a request for another host name is refused: a web page cannot reach in under its own name', async () => {
    const { port } = new URL(server.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `user@localhost:${port}`,
      `localhost:${Number(port) + 1}`,
      'localhost',
      `[::2]:${port}`,
    ]) {
      const { status: code, json } = await get('/status', { host });
      expect([host, code]).toEqual([host, 403]);
      expect(json.error.code).toBe('wrong_host');
    }
  });

  test('a request without a host name is refused', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write('GET /status HTTP/1.0\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('the names of this machine are let in', async () => {
    const { port } = new URL(server.url);
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect([host, (await get('/health', { host })).status]).toEqual([host, 200]);
    }
  });
});

test('every answer is guarded, and none invites other sites', async () => {
  for (const path of ['/status', '/nothing', '/views/whole/windows?limit=0']) {
    const { headers } = await get(path);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers).not.toHaveProperty('x-powered-by');
  }
});

describe('starting and stopping', () => {
  test('a port that is in use gives a sentence that says what to do', async () => {
    const { port } = new URL(server.url);
    const again = startServer({ port: Number(port), queries });
    await expect(again).rejects.toThrow(ServerStartError);
    await expect(startServer({ port: Number(port), queries })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program. Give another one with --port, or --port 0 for any that is free.`,
    );
  });

  test('it listens on the loopback address only', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('closing ends connections that are kept open, and frees the port', async () => {
    const { port } = new URL(server.url);
    const idle = connect(Number(port), '127.0.0.1');
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => {});
    await new Promise((resolve) => idle.once('connect', resolve));
    await server.close();
    await ended;
    const next = createTcpServer();
    await new Promise<void>((resolve) => next.listen(Number(port), '127.0.0.1', resolve));
    expect((next.address() as AddressInfo).port).toBe(Number(port));
    await new Promise((resolve) => next.close(resolve));
  });

  test('closing waits for queries that are running', async () => {
    let finish: (page: ClosedPage) => void = () => {};
    let started: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      started = resolve;
    });
    queries.closed = () => {
      started();
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    const cut = get('/views/whole/windows').catch((error: Error) => error);
    await asked;
    const order: string[] = [];
    const closing = server.close().then(() => order.push('closed'));
    await cut;
    order.push('query finishes');
    finish({ rows: [], cursor: null });
    await closing;
    expect(order).toEqual(['query finishes', 'closed']);
  });
});

test('/alerts shows the incidents that are on', async () => {
  const { status: code, json } = await get('/alerts?limit=1');
  expect({ code, json }).toEqual({
    code: 200,
    json: {
      total: 2,
      incidents: [
        {
          id: 'errors@0123456789ab/many/0/1',
          view: 'errors',
          alert: 'many',
          severity: 'critical',
          group: { service: 'checkout' },
          from: '2026-01-01T00:00:00.000Z',
          reason: 'errors > 100: errors is 512',
          grouped_in: null,
        },
      ],
    },
  });
});
