import { ApiError, ConnectionError, createClient } from 'streamgauge/client';
import { LiveFeed } from '../../api/live-feed.ts';
import { FeedReaders } from '../../api/live-readers.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { type clicks, clicksApi } from '../api/clicks-api.ts';

async function threeMinutes() {
  const api = await clicksApi();
  await api.take([
    { at: 0, page: '/a', bytes: 200 },
    { at: 1, page: '/b' },
    { at: 60, page: '/a' },
    { at: 61, page: 'from' },
    { at: 120, page: '/b' },
  ]);
  const asked: Request[] = [];
  const client = createClient<typeof clicks>({
    url: 'http://localhost/',
    headers: async () => ({ Authorization: 'Bearer t' }),
    fetch: async (request) => {
      asked.push(request);
      return api.app.request(request);
    },
  });
  return { ...api, client, asked };
}

describe('a view', () => {
  test('has rows by range, group and order, with those of open windows by choice', async () => {
    const { client, asked } = await threeMinutes();
    const view = client.view('by_page');
    const { rows, cursor } = await view.windows({
      from: new Date(0),
      to: '1970-01-01T00:03:00Z',
      group: { page: '/b' },
      order: 'latest',
      open: true,
    });
    expect(rows.map((row) => [row.window_start, row.clicks, row.is_final])).toEqual([
      ['1970-01-01T00:02:00.000Z', 1, false],
      ['1970-01-01T00:00:00.000Z', 1, true],
    ]);
    expect(cursor).toBeNull();
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer t');
  });

  test('gives each row once, whatever the size of a page', async () => {
    const { client, asked } = await threeMinutes();
    const pages: string[] = [];
    for await (const row of client.view('by_page').rows({ limit: 1 })) pages.push(`${row.page} ${row.clicks}`);
    expect(pages).toEqual(['/a 1', '/b 1', '/a 1', 'from 1']);
    expect(asked.length).toBeGreaterThanOrEqual(4);
  });

  test('has the last row of a group, and null where there is none', async () => {
    const { client } = await threeMinutes();
    expect((await client.view('by_page').latest({ page: '/a' }))?.clicks).toBe(1);
    expect(await client.view('by_page').latest({ page: 'no such' })).toBeNull();
  });

  test('has groups that are named like a parameter', async () => {
    const { client } = await threeMinutes();
    const { rows } = await client.view('by_page').windows({ group: { page: 'from' } });
    expect(rows.map(({ page }) => page)).toEqual(['from']);
  });

  test('has its first groups, its columns over time and its groups', async () => {
    const { client } = await threeMinutes();
    const top = await client.view('by_page').top({ by: 'clicks', n: 1, spark: 5 });
    expect(top.groups).toMatchObject([
      { group: { page: '/a' }, columns: { page: '/a', clicks: 2, bytes: 201 }, spark: [1, 1] },
    ]);
    const ofOne = await client.view('by_page').top({ by: 'clicks', group: { page: '/b' } });
    expect(ofOne.groups.map(({ group }) => group)).toEqual([{ page: '/b' }]);
    const range = { from: new Date(60_000), to: new Date(120_000) };
    const changed = await client.view('by_page').top({ by: 'clicks', sort: 'change', ...range });
    expect(changed.groups.map(({ columns, before }) => [columns.clicks, before])).toEqual([
      [1, 1],
      [null, 1],
      [1, null],
    ]);
    await expect(client.view('by_page').top({ by: 'clicks', sort: 'change' })).rejects.toMatchObject({ status: 400 });
    const series = await client.view('per_minute').series({ columns: ['clicks', 'unusual.score'], open: false });
    expect(series.columns.clicks).toEqual([2, 2]);
    expect(series.columns['unusual.score']).toHaveLength(2);
    expect(await client.view('by_page').groups({ search: '/b' })).toEqual([{ page: '/b' }]);
  });
});

describe('what goes wrong', () => {
  test('is an error with the problem’s code and words', async () => {
    const { client } = await threeMinutes();
    const error = await client
      .view('by_page')
      .windows({ from: 'yesterday' })
      .catch((each) => each);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'bad_parameter', status: 400, problem: { parameter: 'from' } });
    expect(error.message).toContain('ISO-8601');
  });

  test.each([
    ['a server that is not there', async () => Promise.reject(new TypeError('fetch failed')), null],
    ['a proxy', async () => new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } }), 502],
    ['a page for sign-in', async () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), 200],
  ])('of %s, is a connection that failed', async (_, fetch, status) => {
    const client = createClient<typeof clicks>({ url: 'http://localhost', fetch });
    const error = await client.overview().catch((each) => each);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.status).toBe(status);
  });
});

const OVERVIEW: Overview = {
  now: 1,
  started: 0,
  generation: 1,
  reload_error: null,
  health: { state: 'running', view: null, stream: null, waiting: 0, done_in_ms: null },
  counters: { delivered: 0, accepted: 0, late: 0, dead: 0, duplicate: 0, discarded: 0 },
  counted_late: 0,
  events_per_second: 0,
  cost: null,
  streams: {},
  views: {},
  open_incidents: 0,
  incidents: {},
  silences: 0,
  unknown: {},
};
const incident = {
  view: 'v',
  alert: 'a',
  severity: 'warning',
  group: {},
  groups: 1,
  reason: 'r',
  from: 0,
  acknowledged: false,
} as const;

/** What a server says, second by second. Things come, change, become null and go. */
const SECONDS: readonly Overview[] = [
  OVERVIEW,
  { ...OVERVIEW, now: 2, reload_error: 'broken' },
  { ...OVERVIEW, now: 3, incidents: { 'v/a/0/1': incident } },
  { ...OVERVIEW, now: 4, incidents: { 'v/a/0/1': { ...incident, acknowledged: true } } },
  { ...OVERVIEW, now: 5, cost: { dollars_per_million: 1, dollars_per_day: 2 } },
  { ...OVERVIEW, now: 6 },
];

describe('the live connection', () => {
  test('gives the overview as the server has it, through connections that end, and asks for what it missed', async () => {
    let now = SECONDS[0] as Overview;
    const readers = new FeedReaders(new LiveFeed({ name: 'f' }), async () => now);
    const { app } = await clicksApi(readers);
    const resumed: (string | null)[] = [];
    const stop = new AbortController();
    const client = createClient<typeof clicks>({
      url: 'http://localhost',
      async fetch(request) {
        resumed.push(request.headers.get('last-event-id'));
        const response = await app.request(request);
        // Each connection ends after what it says first, in the middle of a message.
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        const { value } = await reader.read();
        await reader.cancel();
        const torn = Buffer.concat([value as Uint8Array, Buffer.from('id: f-99\nevent: pat')]);
        return new Response(torn, { headers: response.headers });
      },
    });
    const seen: Overview[] = [];
    let next = 1;
    const pause = async () => {
      const overview = SECONDS[next++];
      if (overview === undefined) stop.abort();
      else now = overview;
    };
    for await (const overview of client.live({ signal: stop.signal, pause })) seen.push(overview);
    expect(seen).toEqual(SECONDS);
    expect(resumed).toEqual([null, 'f-1', 'f-2', 'f-3', 'f-4', 'f-5']);
  });

  test('is asked for where there is none: an overview each time that more than its clock has changed', async () => {
    const overviews = [SECONDS[0], { ...(SECONDS[0] as Overview), now: 9999 }, SECONDS[1]] as Overview[];
    const stop = new AbortController();
    const { app } = await clicksApi(null, {
      overview: async () => {
        const next = overviews.shift();
        if (next === undefined) stop.abort();
        return next ?? (SECONDS[1] as Overview);
      },
    });
    const client = createClient<typeof clicks>({
      url: 'http://localhost',
      fetch: async (request) => app.request(request),
    });
    const seen: Overview[] = [];
    for await (const overview of client.live({ signal: stop.signal, askEveryMs: 0 })) seen.push(overview);
    expect(seen).toEqual(SECONDS.slice(0, 2));
  });

  test('goes on while the server is away, and ends where it refuses', async () => {
    const answers = [
      async () => Promise.reject(new TypeError('fetch failed')),
      async () => new Response('', { status: 502 }),
      async () => new Response('', { status: 401 }),
    ];
    const attempts: number[] = [];
    const client = createClient<typeof clicks>({
      url: 'http://localhost',
      fetch: () => (answers.shift() as () => Promise<Response>)(),
    });
    const live = client.live({
      pause: async (attempt) => {
        attempts.push(attempt);
      },
    });
    await expect(live.next()).rejects.toMatchObject({ status: 401 });
    expect(attempts).toEqual([1, 2]);
  });
});
