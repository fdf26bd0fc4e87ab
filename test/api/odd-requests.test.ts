import { gunzipSync } from 'node:zlib';
import type { Hono } from 'hono';
import { Value } from 'typebox/value';
import { Problem } from '../../api/schemas/common.ts';
import { StoredOverview } from '../../api/stored-overview.ts';
import { casesOf } from '../support/random-cases.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { clicksApi } from './clicks-api.ts';

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, unknown>>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const HUGE = '9'.repeat(400);
/** What nobody should send, and what somebody might. */
const TEXTS = [
  ...[
    '',
    ' ',
    '0',
    '-0',
    '-1',
    '1.5',
    '1e3',
    '10.0',
    '007',
    '0x10',
    HUGE,
    `-${HUGE}`,
    'NaN',
    'Infinity',
    'null',
    'true',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\ud83d\ude00',
    'e\u0301',
    '\u202e',
    '\ufeff',
    '\r\nSet-Cookie: a=b',
    "'; DROP TABLE results; --",
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '../../etc/passwd',
    '%',
    '%2F',
    '%00',
    '%zz',
    '{}',
    '[]',
    '[1',
  ],
  ...[
    '1970-01-01',
    '1970-01-01T00:00:00Z',
    '2999-12-31T23:59:59.999Z',
    '0001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
  ],
  ...['-271821-04-20T00:00:00Z', '1970-02-30', '1970-01-01T25:00:00Z', '1970-01-01T00:00:00+99:99', 'yesterday'],
  ...[
    '/a',
    '/b',
    'by_page',
    'per_minute',
    'clicks',
    'bytes',
    'page',
    'unusual.score',
    'unusual.',
    '.',
    ',',
    'clicks,clicks',
  ],
  ...[
    'value',
    'change',
    'previous',
    'latest',
    'oldest',
    'csv',
    'jsonl',
    'duckdb',
    'athena',
    'open',
    'all',
    'dead',
    'late',
  ],
  ...['x'.repeat(5000), 'é'.repeat(2000), '1.e30.AAAAAAAAAAAA', '1.bnVsbA.AAAAAAAAAAAA'],
];

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  9.5,
  [],
  [[]],
  {},
  { a: { b: {} } },
  ['dead/clicks/s1/1.0'],
  ...TEXTS,
];

function pick<T>(random: SeededRandom, of: readonly T[]): T {
  return of[random.whole(of.length)] as T;
}

/** Lone surrogates cannot be sent: a client writes U+FFFD in their place. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

async function api() {
  const made = await clicksApi(null, {
    overview: () => new StoredOverview(stored()).read(),
    allowed: { acknowledge: true, redrive: true, send: true },
  });
  const stored = () => {
    const { plan, stores, clock } = made.world;
    return { plan, ports: stores, clock, startedMs: async () => 0, showsOpen: true };
  };
  const hostile = ['/a', '', '\u0000', '__proto__', '=1+1', 'x'.repeat(3000), '\u202e', '"', '%2F'];
  await made.take([...hostile.map((page, second) => ({ at: second, page })), { at: 60, page: '/a' }, { at: 120 }]);
  const { paths } = (await (await made.app.request('/api/openapi.json')).json()) as { paths: Paths };
  return { ...made, operations: operationsOf(paths) };
}

function operationsOf(paths: Paths) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

type Asked = ReturnType<typeof operationsOf>[number];

function oddRequest(random: SeededRandom, { path, method, operation }: Asked): Request {
  // Views and streams that there are, mostly: what comes behind them is asked too.
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (random.chance(0.2)) return encoded(pick(random, TEXTS)) || '-';
    const known: Record<string, readonly string[]> = {
      view: ['by_page', 'per_minute'],
      stream: ['clicks'],
      kind: ['dead', 'late'],
    };
    return encoded(pick(random, known[name] ?? ['dead/clicks/s1/1.0', 'by_page@x/y/0/1']));
  });
  const names = [
    ...operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name),
    ...['page', 'group.page', 'is_null', '__proto__', 'constructor', 'toString', 'group.', '', 'x'],
  ];
  const given = Array.from({ length: random.whole(5) }, () => {
    return `${encoded(pick(random, names))}=${random.chance(0.1) ? pick(random, ['%', '%ff', '%c3%28']) : encoded(pick(random, TEXTS))}`;
  });
  const headers: Record<string, string> = {
    ...(random.chance(0.5) && { 'accept-encoding': pick(random, ['gzip', '*;q=0', 'gzip;q=0.001', 'br', ';;;,']) }),
    ...(random.chance(0.3) && { 'if-none-match': pick(random, ['*', '""', 'W/"x", "y"', 'x'.repeat(5000)]) }),
    ...(random.chance(0.3) && { accept: pick(random, ['text/csv', '*/*', 'application/x-ndjson', ',,;q=']) }),
    ...(random.chance(0.3) && { origin: 'https://elsewhere.test' }),
  };
  const body = method === 'POST' ? oddBody(random) : undefined;
  return new Request(`http://localhost${filled}${given.length === 0 ? '' : `?${given.join('&')}`}`, {
    method,
    headers: {
      ...headers,
      ...(body !== undefined && {
        'content-type': pick(random, ['application/json', 'application/json', 'text/plain']),
      }),
    },
    ...(body !== undefined && { body }),
  });
}

function oddBody(random: SeededRandom): string {
  if (random.chance(0.1)) return pick(random, ['', '{', '\u0000', `${'['.repeat(20_000)}`, '{"a":1}x']);
  const names = ['by', 'note', 'ids', 'dry_run', 'late', 'for_ms', 'view', 'alert', 'group', '__proto__', 'x'];
  const entries = Array.from({ length: random.whole(5) }, () => [pick(random, names), pick(random, VALUES)]);
  return JSON.stringify(Object.fromEntries(entries));
}

async function textOf(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  return (response.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

/** What each answer to a request must be, whatever was asked. */
async function check(app: Pick<Hono, 'fetch'>, request: Request, { operation }: Asked): Promise<void> {
  const asked = `${request.method} ${request.url.slice(0, 500)}`;
  const response = await app.fetch(request);
  const text = await textOf(response);
  const { status, headers } = response;
  // A path that was filled with something odd may be that of another route, or of none.
  const isKnown = status === 304 || status === 404 || status === 405 || String(status) in operation.responses;
  expect({ asked, status, text: text.slice(0, 300), isKnown }).toMatchObject({ isKnown: true });
  if (status >= 500) throw new Error(`${asked} answered ${status}: ${text.slice(0, 300)}`);
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('set-cookie')).toBeNull();
  if (status < 400) return;
  const problem: unknown = JSON.parse(text);
  expect({ asked, errors: [...Value.Errors(Problem, problem)] }).toEqual({ asked, errors: [] });
  expect({ asked, status: (problem as Problem).status }).toEqual({ asked, status });
  expect({ asked, length: text.length < 3000 }).toEqual({ asked, length: true });
}

test('whatever is asked of a route, the answer is one that the document names, and never a failure of ours', async () => {
  const { app, errors, operations } = await api();
  const random = seededRandom(2211);
  for (let round = 0; round < casesOf(600); round++) {
    for (const asked of operations) await check(app, oddRequest(random, asked), asked);
    expect(errors).toEqual([]);
  }
});
